import { ApplicationFailure } from '@temporalio/common';
import type { ConnectionPlan } from '../activities/sync-plan';
import { FAILURE } from '../contract/failures';
import { REGION_NAMES } from '../contract/region-names';
import { type Gap, inParts } from './in-parts';
import { type Marketplaces, marketplacesOf } from './marketplaces-of';
import type { Prepared } from './prepare';

/** One connection of a sync and what is to be fetched of it. */
export interface Seller extends Omit<ConnectionPlan, 'work'> {
  work: NonNullable<ConnectionPlan['work']>;
  marketplaces: Marketplaces;
}

export type ForEachSeller = (fetch: (seller: Seller) => Promise<Gap[]>) => Promise<Gap[]>;

/**
 * Prepares to fetch resources of each connection of a plan. A connection that fails, or of which nothing can be
 * fetched, leaves the others alone.
 */
export function forEachSeller({ plan, failures }: Prepared): ForEachSeller {
  const sellers = plan.connections.map(({ work, ...connection }) => ({
    name: REGION_NAMES[connection.region],
    seller:
      work === null
        ? null
        : { ...connection, work, marketplaces: marketplacesOf({ ...connection, work }) },
    failure: failures.get(connection.connectionId) ?? whyNothing(connection),
  }));
  return (fetch) =>
    inParts(
      sellers.map(({ name, seller, failure }) => ({
        name,
        work: seller === null ? Promise.reject(failure) : fetch(seller),
      })),
    );
}

function whyNothing({ learn }: Pick<ConnectionPlan, 'learn'>): ApplicationFailure {
  return learn ? connectedMeanwhile() : authorizeAgain();
}

function connectedMeanwhile(): ApplicationFailure {
  return ApplicationFailure.nonRetryable(
    'Amazon was connected again while this sync began; the next one fetches it',
    FAILURE.superseded,
  );
}

function authorizeAgain(): ApplicationFailure {
  return ApplicationFailure.nonRetryable(
    'Amazon withdrew the authorization; connect Amazon again',
    FAILURE.reauthorizationRequired,
  );
}
