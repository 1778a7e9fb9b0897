import { AccessDenied } from '../amazon/errors';
import type { ActivityDeps } from './activity-deps';
import type { AmazonCalls } from './amazon-calls';
import { attempted } from './attempt';

export interface MarketplaceQuestion {
  connectionId: string;
  marketplaceId: string;
}

/** A 403 for a marketplace. */
export interface Refusal {
  /** Amazon's id of the refused request, for a support case. */
  requestId: string | null;
}

/** Enough to be answered, and little enough to be one page. */
const LATELY_MS = 60 * 60_000;

export const createMarketplaceActivities = (deps: ActivityDeps, amazon: AmazonCalls) => ({
  /**
   * Whether Amazon refuses one marketplace: of a seller's marketplaces a single one can answer 403, and a request
   * that names it among others is refused whole. One page of a search tells. Null when it does not refuse.
   */
  findRefusal({ connectionId, marketplaceId }: MarketplaceQuestion): Promise<Refusal | null> {
    return attempted(deps, null, async (attempt) => {
      const lastUpdatedAfter = new Date(deps.now() - LATELY_MS).toISOString();
      const query = { marketplaceIds: [marketplaceId], lastUpdatedAfter };
      try {
        await amazon.call(attempt, connectionId, 'searchOrders', (seller, signal) =>
          seller.searchOrders(query, signal),
        );
        return null;
      } catch (error) {
        if (error instanceof AccessDenied) return { requestId: error.requestId };
        throw error;
      }
    });
  },
});
