import { AccessDenied } from '../amazon/errors';
import { REGION_NAMES } from '../contract/region-names';
import type { Region } from '../contract/regions';
import { keepMarketplaces } from '../store/connections';
import type { ActivityDeps } from './activity-deps';
import { NoMarketplaces, SellerRefused } from './activity-errors';
import type { AmazonCalls } from './amazon-calls';
import { attempted } from './attempt';
import type { Patience } from './failure-of';
import { marketplacesInRegion } from './marketplaces-in-region';
import { syncingUser } from './syncing-user';

export interface LearnMarketplaces {
  connectionId: string;
  region: Region;
  patience: Patience;
}

export const createLearnMarketplaces = (deps: ActivityDeps, amazon: AmazonCalls) => ({
  /** Asks Amazon where the seller of a connection sells, and keeps what it says. */
  learnMarketplaces({ connectionId, region, patience }: LearnMarketplaces): Promise<void> {
    return attempted(
      deps,
      null,
      async (attempt) => {
        const participations = await amazon
          .call(attempt, connectionId, 'getMarketplaceParticipations', (seller, signal) =>
            seller.marketplaceParticipations(signal),
          )
          .catch((error: unknown) => {
            throw error instanceof AccessDenied ? new SellerRefused(error, nameOf(region)) : error;
          });
        const { marketplaceIds, elsewhere } = marketplacesInRegion(participations, region);
        await keepMarketplaces(
          deps.db.ofUser(syncingUser()),
          connectionId,
          marketplaceIds,
          new Date(deps.now()),
        );
        if (marketplaceIds.length === 0) {
          throw new NoMarketplaces(nameOf(region), elsewhere.map(nameOf));
        }
      },
      patience,
    );
  },
});

function nameOf(region: Region): string {
  return REGION_NAMES[region];
}
