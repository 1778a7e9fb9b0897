import { activityInfo } from '@temporalio/activity';
import { ApplicationFailure } from '@temporalio/common';
import type { Activities } from '../../activities/create-activities';
import type { RecordSyncOutcome } from '../../activities/record-sync-outcome';
import {
  planAccountReports,
  planClaims,
  planOrders,
  type SyncPlan,
} from '../../activities/sync-plan';
import type { Wait } from '../../contract/attempt-details';
import { FAILURE } from '../../contract/failures';
import { LATER_RESOURCES, type Resource } from '../../contract/resources';

const NOW = new Date('2025-11-20T10:00:00Z');

const CONNECTION = {
  connectionId: 'connection-1',
  region: 'na',
  marketplaceIds: ['ATVPDKIKX0DER'],
} as const;

function planSince(watermark: Date | undefined): SyncPlan {
  const marketplaceIds = [...CONNECTION.marketplaceIds];
  const cursors = marketplaceIds.map((marketplaceId) => ({ marketplaceId, watermark }));
  const work = {
    orders: planOrders(cursors, 1, NOW),
    claims: planClaims(watermark, NOW),
    reports: planAccountReports(LATER_RESOURCES, () => watermark, NOW),
  };
  return {
    later: [...LATER_RESOURCES],
    connections: [{ ...CONNECTION, marketplaceIds, learn: false, work }],
  };
}

/**
 * A first sync of one seller in one marketplace: 13 windows of orders and a search, one scan, one report of claims and one
 * of returns. It was planned before claims were one step, so that each of their three is there to be looked at.
 */
export const FIRST_SYNC = planSince(undefined);

/** The sync of a day later: one search of orders. */
export const LATER_SYNC = planSince(new Date(NOW.getTime() - 86_400_000));

/** The same, as it is planned since claims are one step. */
export const oneStepClaims = (plan: SyncPlan): SyncPlan => ({
  ...plan,
  connections: plan.connections.map(({ work, ...connection }) => {
    if (work === null || work.claims === null) return { ...connection, work };
    const claims = { resource: 'claims', ...work.claims } as const;
    return {
      ...connection,
      work: { ...work, claims: null, reports: [claims, ...(work.reports ?? [])] },
    };
  }),
});

/** How many windows a first sync asks orders for: ceil(365 / 30). */
export const WINDOWS = 13;

/** A world in which every step succeeds at once. A test replaces what it is about. */
export const allGood: Activities = {
  prepareSync: async () => FIRST_SYNC,
  learnMarketplaces: async () => undefined,
  requestReport: async ({ resource, range }) => `${resource} from ${range.from}`,
  awaitReport: async ({ reportId }) => ({
    kind: 'document',
    documentId: `document of ${reportId}`,
  }),
  findRefusal: async () => null,
  importOrders: async () => ({ records: 10 }),
  searchOrders: async () => ({ records: 3 }),
  completeOrders: async () => undefined,
  scanInventory: async () => ({ records: 5 }),
  importClaims: async () => ({ records: 2 }),
  importAccountReport: async () => ({ kind: 'imported', records: 4, isWhole: true }),
  recordSyncOutcome: async () => undefined,
  admitScheduledSync: async () => ({ kind: 'admitted', startedAt: NOW.toISOString() }),
  findDueMaintenance: async () => [],
  applySchedules: async () => ({ done: 1 }),
  postWebhook: async () => 'delivered',
  giveUpWebhook: async () => undefined,
  startWebhookDeliveries: async () => ({ done: 0 }),
  pruneWebhookDeliveries: async () => ({ done: 0 }),
  startOwedSyncs: async () => ({ done: 1 }),
  finishDisconnects: async () => ({ done: 1 }),
  expireConnections: async () => ({ done: 1 }),
  deletePurgedRows: async () => ({ done: 1 }),
  recordLostEnds: async () => ({ done: 1 }),
};

/** The first attempts of an activity throw these, one each; the next does what `then` does. */
export function failsFirst<Input, Result>(
  failures: readonly Error[],
  then: (input: Input) => Promise<Result>,
): (input: Input) => Promise<Result> {
  return async (input) => {
    const failure = failures[activityInfo().attempt - 1];
    if (failure !== undefined) throw failure;
    return then(input);
  };
}

/** A wait as the activities raise it. */
export function wait(
  reason: 'quota' | 'report',
  resource: Resource,
  milliseconds: number,
): ApplicationFailure {
  const details: Wait = { resource, reason, until: Date.now() + milliseconds, requestId: null };
  return ApplicationFailure.create({
    message: reason === 'quota' ? 'Amazon limits requests' : 'Amazon prepares the report',
    type: reason === 'quota' ? FAILURE.quotaWait : FAILURE.reportWait,
    category: 'BENIGN',
    details: [details],
    nextRetryDelay: milliseconds,
  });
}

/** A failure that ends an activity for good. */
export function final(type: string, message: string): ApplicationFailure {
  return ApplicationFailure.nonRetryable(message, type);
}

/** Activities in which one resource fails, at its last step, and the others do not. */
export function failsFor(resource: Resource, failure: Error): Partial<Activities> {
  const fail = async () => {
    throw failure;
  };
  switch (resource) {
    case 'orders':
      return { importOrders: fail };
    case 'inventory':
      return { scanInventory: fail };
    case 'claims':
      return { importClaims: fail };
    case 'returns':
      return { importAccountReport: fail };
    default:
      return resource satisfies never;
  }
}

/** Something that activities wait for until the test opens it. */
export function gate(): { opened: Promise<void>; open: () => void } {
  let open = () => {};
  const opened = new Promise<void>((resolve) => {
    open = resolve;
  });
  return { opened, open: () => open() };
}

/** Keeps every outcome that a sync records. */
export function outcomeKeeper() {
  const outcomes: RecordSyncOutcome['state'][] = [];
  return {
    outcomes,
    recordSyncOutcome: async ({ state }: RecordSyncOutcome): Promise<void> => {
      outcomes.push(state);
    },
  };
}
