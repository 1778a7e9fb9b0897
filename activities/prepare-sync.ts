import type { SyncInput } from '../contract/sync-workflow';
import { type Connection, currentConnections } from '../store/connections';
import { cursorsOf } from '../store/cursors';
import { insertSync, takeOver } from '../store/syncs';
import type { ActivityDeps } from './activity-deps';
import { NotConnected, ReauthorizationRequired } from './activity-errors';
import { attempted } from './attempt';
import { runIdOf } from './run-id-of';
import { type ConnectionPlan, planClaims, planOrders, type SyncPlan } from './sync-plan';

export interface PrepareSync extends SyncInput {
  /** Temporal's start time of the run. */
  workflowStartedAt: string;
}

export const createPrepareSync = (deps: ActivityDeps) => ({
  /** Makes this the user's current sync and plans what it fetches. */
  prepareSync(input: PrepareSync): Promise<SyncPlan> {
    return attempted(deps, null, async () => {
      const { db } = deps;
      const startedAt = new Date(input.startedAt);
      await insertSync(db, { ...input, runId: runIdOf(), startedAt });
      await takeOver(db, input, new Date(input.workflowStartedAt));
      const connections = await currentConnections(db, input.userKey);
      if (connections.length === 0) throw new NotConnected();
      if (connections.every(({ status }) => status === 'reauthorization_required')) {
        throw new ReauthorizationRequired();
      }
      const now = wholeSecond(deps.now());
      return {
        connections: await Promise.all(
          connections.map((connection) => planConnection(deps, connection, input.mode, now)),
        ),
      };
    });
  },
});

async function planConnection(
  { db }: ActivityDeps,
  { id, marketplaceIds }: Connection,
  mode: SyncInput['mode'],
  now: Date,
): Promise<ConnectionPlan> {
  const cursors = mode === 'full' ? [] : await cursorsOf(db, id);
  const watermark = (resource: string) =>
    cursors.find((cursor) => cursor.resource === resource)?.watermark;
  return {
    connectionId: id,
    marketplaceIds: [...marketplaceIds],
    orders: planOrders(watermark('orders'), now),
    claims: planClaims(watermark('claims'), now),
  };
}

/** Amazon answers ranges without their milliseconds; a range must compare equal to find its report again. */
function wholeSecond(ms: number): Date {
  return new Date(Math.floor(ms / 1000) * 1000);
}
