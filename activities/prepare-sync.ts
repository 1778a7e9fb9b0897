import { ACCOUNT_RESOURCES, type AccountResource, LATER_RESOURCES } from '../contract/resources';
import type { SyncInput } from '../contract/sync-input';
import { type Connection, currentConnections } from '../store/connections';
import { cursorsOf } from '../store/cursors';
import type { Database } from '../store/database';
import { countOrdersBetween } from '../store/orders';
import { firstSyncBegan } from '../store/owed-syncs';
import { pruneReportRequests } from '../store/report-requests';
import { insertSync, takeOver } from '../store/syncs';
import type { ActivityDeps } from './activity-deps';
import { NotConnected, ReauthorizationRequired } from './activity-errors';
import { attempted } from './attempt';
import { runIdOf } from './run-id-of';
import {
  type ConnectionPlan,
  endOfRanges,
  planAccountReports,
  planClaims,
  planOrders,
  type SyncPlan,
} from './sync-plan';

export interface PrepareSync extends SyncInput {
  /** Temporal's start time of the run. */
  workflowStartedAt: string;
  /**
   * What the workflow can fetch by one step that does all of a report; undefined from one of before there was such. Nothing
   * else is planned so: a worker of that version would leave it out, and this one could not carry on from its history.
   */
  accountReports?: AccountResource[];
}

const DAY = 86_400_000;

/** Days of orders from which the next ones are estimated: a whole week, since weekends differ. */
const LATELY_DAYS = 7;

/** Nobody asks for the same range again after this. */
const REQUESTS_KEPT_MS = 7 * DAY;

/** Sellers begin to sell in another country now and then: a week later its orders come, all of them. */
const LEARNED_FOR_MS = 7 * DAY;

export const createPrepareSync = (deps: ActivityDeps) => ({
  /** Makes this the user's current sync and plans what it fetches. */
  prepareSync(input: PrepareSync): Promise<SyncPlan> {
    return attempted(deps, null, async () => {
      const db = deps.db.ofUser(input.userKey);
      const startedAt = new Date(input.startedAt);
      await insertSync(db, { ...input, runId: runIdOf(), startedAt });
      await takeOver(db, input, new Date(input.workflowStartedAt));
      const connections = await currentConnections(db, input.userKey);
      if (connections.length === 0) throw new NotConnected();
      if (connections.every(({ status }) => status === 'reauthorization_required')) {
        throw new ReauthorizationRequired();
      }
      await firstSyncBegan(
        db,
        connections.map(({ id }) => id),
      );
      const accountReports = ACCOUNT_RESOURCES.filter((resource) =>
        input.accountReports?.includes(resource),
      );
      const later = LATER_RESOURCES.filter((resource) => accountReports.includes(resource));
      const plans = connections.map((connection) =>
        planConnection(db, deps.now, connection, { mode: input.mode, accountReports }),
      );
      return { later, connections: await Promise.all(plans) };
    });
  },
});

async function planConnection(
  db: Database,
  now: () => number,
  { id, region, marketplaceIds, marketplacesLearnedAt, status }: Connection,
  { mode, accountReports }: { mode: SyncInput['mode']; accountReports: readonly AccountResource[] },
): Promise<ConnectionPlan> {
  const connection = { connectionId: id, region, marketplaceIds: [...marketplaceIds] };
  if (status === 'reauthorization_required') return { ...connection, learn: false, work: null };
  const learnedAt = marketplacesLearnedAt?.getTime() ?? 0;
  const learn = marketplaceIds.length === 0 || now() - learnedAt > LEARNED_FOR_MS;
  if (marketplaceIds.length === 0) return { ...connection, learn, work: null };
  await pruneReportRequests(db, id, new Date(now() - REQUESTS_KEPT_MS));
  const cursors = mode === 'full' ? [] : await cursorsOf(db, id);
  const watermark = (resource: string, marketplaceId: string) =>
    cursors.find((one) => one.resource === resource && one.marketplaceId === marketplaceId)
      ?.watermark;
  const end = endOfRanges(now());
  const orders = marketplaceIds.map((marketplaceId) => ({
    marketplaceId,
    watermark: watermark('orders', marketplaceId),
  }));
  // The last days that are known: of a gap itself nothing is, and the longer it is the more that matters.
  const newest = Math.max(0, ...orders.map((one) => one.watermark?.getTime() ?? 0));
  const until = new Date(newest === 0 ? now() : Math.min(newest, now()));
  const since = new Date(until.getTime() - LATELY_DAYS * DAY);
  const lately = await countOrdersBetween(db, id, since, until);
  return {
    ...connection,
    learn,
    work: {
      orders: planOrders(orders, lately / LATELY_DAYS, end),
      claims: accountReports.includes('claims') ? null : planClaims(watermark('claims', ''), end),
      reports: planAccountReports(accountReports, (resource) => watermark(resource, ''), end),
    },
  };
}
