import { type Client, WorkflowNotFoundError } from '@temporalio/client';
import { amazonSyncWorkflowId } from '../contract/amazon-sync-workflow-id';
import { SyncMemo } from '../contract/sync-input';
import type { Logger } from '../observability/logger';
import type { Observer } from '../observability/observer';
import { type Disconnect, disconnectUser } from '../store/disconnect-user';
import {
  countPurgedRows,
  deletePurgedRows,
  noRows,
  type RowCounts,
  type RowsLeft,
} from '../store/purged-rows';
import type { ScopedDatabase } from '../store/scoped-database';
import type { DeliveryStarter } from '../webhooks/start-delivery';
import { type TemporalCalls, TemporalUnavailable } from './temporal-calls';

/** What a disconnect has deleted, in rows. */
export interface Purged {
  deleted: RowCounts & { syncs: number; webhooks: number };
  /** No longer shown, and deleted by maintenance within minutes. */
  remaining: RowsLeft;
}

export interface Disconnector {
  /** Ends a user's connections. Only PostgreSQL has to be there; what Temporal has of it follows. */
  disconnect(disconnect: Disconnect): Promise<Purged>;
}

interface DisconnectorDeps {
  temporal: Client;
  calls: TemporalCalls;
  db: ScopedDatabase;
  log: Logger;
  deliveries: DeliveryStarter;
  observer: Observer;
  /** Epoch ms. */
  now: () => number;
}

const CALL_MS = 700;

/** Rows that one statement deletes: some tens of milliseconds, where an order takes its items with it. */
const BATCH = 500;

/**
 * How long a request deletes rows itself, ms. A seller of some ten thousand orders is gone with the answer; of a
 * larger one the answer says what is left.
 */
const DELETING_MS = 1_000;

export function createDisconnector(deps: DisconnectorDeps): Disconnector {
  const { temporal, calls, db, log, deliveries, observer, now } = deps;

  /** A sync that runs is asked to end at once. Where this fails, maintenance does it. */
  async function stopSync(userKey: string, until: Date): Promise<void> {
    const workflowId = amazonSyncWorkflowId(userKey);
    try {
      const newest = temporal.workflow.getHandle(workflowId);
      const described = await calls.within(CALL_MS, () => newest.describe());
      if (described.status.name !== 'RUNNING') return;
      const { syncId, startedAt } = SyncMemo.parse(described.memo);
      if (new Date(startedAt) > until) return;
      const run = temporal.workflow.getHandle(workflowId, described.runId);
      await calls.within(CALL_MS, () => run.cancel());
      log.info(
        { syncId, workflowId, runId: described.runId },
        'sync is asked to cancel: disconnected',
      );
    } catch (error) {
      if (error instanceof WorkflowNotFoundError) return;
      if (!(error instanceof TemporalUnavailable)) throw error;
      log.info({ userKey }, 'disconnected; a sync that runs is ended later');
    }
  }

  async function purgeRows(userKey: string): Promise<{ deleted: RowCounts; remaining: RowsLeft }> {
    const stopAt = performance.now() + DELETING_MS;
    const hasTime = () => performance.now() < stopAt;
    const deleted = await deletePurgedRows(db.ofUser(userKey), {
      userKey,
      batch: BATCH,
      hasTime,
      now: () => new Date(now()),
    });
    return { deleted, remaining: await countPurgedRows(db.ofUser(userKey), userKey) };
  }

  return {
    async disconnect(disconnect) {
      const { userKey, purge } = disconnect;
      const ended = await disconnectUser(db.ofUser(userKey), disconnect, new Date(now()));
      const { stopsSyncsUntil } = ended;
      for (const body of ended.ended) observer.syncEnded(body);
      deliveries.start(userKey, ended.deliveryIds);
      const [rows] = await Promise.all([
        purge ? purgeRows(userKey) : { deleted: noRows(), remaining: noRows() },
        stopsSyncsUntil === undefined ? undefined : stopSync(userKey, stopsSyncsUntil),
      ]);
      const purged = {
        deleted: { ...rows.deleted, ...ended.deleted },
        remaining: rows.remaining,
      };
      log.info({ userKey, purge, region: disconnect.region, ...purged }, 'disconnected');
      return purged;
    },
  };
}
