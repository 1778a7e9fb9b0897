import { ApplicationFailure } from '@temporalio/common';
import type { ConnectionPlan, SyncPlan } from '../activities/sync-plan';
import { FAILURE } from '../contract/failures';
import type { Region } from '../contract/regions';
import { type Gap, inParts } from './in-parts';
import { type Marketplaces, marketplacesOf } from './marketplaces-of';

/** One connection of a sync and what is to be fetched of it. */
export interface Seller extends Omit<ConnectionPlan, 'work'> {
  work: NonNullable<ConnectionPlan['work']>;
  marketplaces: Marketplaces;
}

const REGION_NAMES: Record<Region, string> = {
  na: 'North America',
  eu: 'Europe',
  fe: 'Far East',
};

export type ForEachSeller = (fetch: (seller: Seller) => Promise<Gap[]>) => Promise<Gap[]>;

/**
 * Prepares to fetch resources of each connection of a plan. A connection that fails, or that the seller has to
 * authorize again, leaves the others alone.
 */
export function forEachSeller({ connections }: SyncPlan): ForEachSeller {
  const sellers = connections.map(({ work, ...connection }) =>
    work === null
      ? { name: REGION_NAMES[connection.region], seller: null }
      : {
          name: REGION_NAMES[connection.region],
          seller: { ...connection, work, marketplaces: marketplacesOf({ ...connection, work }) },
        },
  );
  return (fetch) =>
    inParts(
      sellers.map(({ name, seller }) => ({
        name,
        work: seller === null ? Promise.reject(authorizeAgain()) : fetch(seller),
      })),
    );
}

function authorizeAgain(): ApplicationFailure {
  return ApplicationFailure.nonRetryable(
    'Amazon withdrew the authorization; connect Amazon again',
    FAILURE.reauthorizationRequired,
  );
}
