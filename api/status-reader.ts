import { type Client, WorkflowFailedError } from '@temporalio/client';
import { amazonSyncWorkflowId } from '../contract/amazon-sync-workflow-id';
import { endedFromOutside, lostEndBody, UNEXPLAINED } from '../contract/lost-end';
import { RESOURCES } from '../contract/resources';
import { startingState } from '../contract/starting-state';
import { statusBodyOf } from '../contract/status-body';
import { isSyncIdOf } from '../contract/sync-id';
import type { SyncMemo } from '../contract/sync-input';
import type { SyncError, SyncOverview, SyncStatusBody } from '../contract/sync-status';
import type { Observer } from '../observability/observer';
import { lastPurgeAt } from '../store/disconnections';
import type { ScopedDatabase } from '../store/scoped-database';
import { findSync, keepShown, latestSyncs, recordOutcome, type Sync } from '../store/syncs';
import type { DeliveryStarter } from '../webhooks/start-delivery';
import type { DailySchedules } from './daily-schedules';
import { freshReads } from './fresh-reads';
import { type LiveSync, readLiveSync, type SyncRun } from './live-sync';
import { sharedReads } from './shared-reads';
import type { TemporalCalls } from './temporal-calls';

export interface StatusReader {
  /** Undefined when there is no such sync, or it is another user's. */
  read(userKey: string, syncId: string): Promise<SyncStatusBody | undefined>;
  overview(userKey: string): Promise<SyncOverview>;
}

interface StatusReaderDeps {
  temporal: Client;
  calls: TemporalCalls;
  db: ScopedDatabase;
  schedules: DailySchedules;
  deliveries: DeliveryStarter;
  observer: Observer;
  /** Epoch ms. */
  now: () => number;
}

/** Polls of one sync within this time share one question to Temporal. */
const SHARED_MS = 1_000;

/** How a run ended is known at once; this only bounds an odd server. */
const RESULT_MS = 1_000;

/** Reads statuses: of ended syncs from PostgreSQL, of running ones from Temporal. */
export function createStatusReader(deps: StatusReaderDeps): StatusReader {
  const { temporal, calls, db, schedules, deliveries, observer, now } = deps;
  const liveSync = sharedReads<SyncRun, LiveSync>(
    SHARED_MS,
    // With the run: what was unknown before a sync began says nothing once it has its row.
    ({ syncId, runId }) => `${syncId} ${runId}`,
    (run) => readLiveSync(temporal, calls, run),
  );
  const rowOf = freshReads(
    // It names its user too.
    ({ syncId }: Pick<SyncRun, 'userKey' | 'syncId'>) => syncId,
    ({ userKey, syncId }) => findSync(db.ofUser(userKey), userKey, syncId),
  );

  async function read(userKey: string, syncId: string): Promise<SyncStatusBody | undefined> {
    if (!isSyncIdOf(userKey, syncId)) return undefined;
    const row = await rowOf({ userKey, syncId });
    if (row !== undefined && row.status !== 'in_progress') return endedBody(row);
    const found = await liveSync({ userKey, syncId, runId: row?.runId });
    switch (found.kind) {
      case 'running':
        if (row === undefined && (await isPurged(userKey, found.memo))) return undefined;
        return running(found, row);
      case 'closed':
        return ended(userKey, found.memo, () => endOf(userKey, found.runId));
      case 'unknown':
        // Neither there nor in the database: the sync never was.
        if (row === undefined) return undefined;
        return ended(userKey, memoOf(row), async () => UNEXPLAINED);
      default:
        return found satisfies never;
    }
  }

  /** A sync has no row yet, or none any more: its workflow may take a while to end. */
  async function isPurged(userKey: string, { startedAt }: SyncMemo): Promise<boolean> {
    const purgedAt = await lastPurgeAt(db.ofUser(userKey), userKey);
    return purgedAt !== undefined && new Date(startedAt) <= purgedAt;
  }

  async function running(
    { memo, state, live, withoutWorker }: LiveSync & { kind: 'running' },
    row: Sync | undefined,
  ): Promise<SyncStatusBody> {
    const shown = row?.body ?? null;
    if (state === undefined) {
      const body = shown ?? statusBodyOf(startingState(memo), live, now());
      const message = withoutWorker
        ? 'Waiting for a worker to take up the sync'
        : 'Resuming the sync';
      return { ...body, message };
    }
    // Until the outcome is in the database, a sync that finished is still about to finish.
    const open =
      state.status === 'in_progress'
        ? state
        : { ...state, status: 'in_progress' as const, completedAt: null, error: null };
    const body = statusBodyOf({ ...open, progress: Math.min(open.progress, 99) }, live, now());
    const progress = Math.max(body.progress, shown?.progress ?? 0);
    const honest = { ...body, progress };
    if (row !== undefined && (shown === null || differs(honest, shown)))
      await keepShown(db.ofUser(row.userKey), honest);
    return honest;
  }

  /** A run that is closed has recorded its outcome; one that was ended from outside has not. */
  async function ended(
    userKey: string,
    memo: SyncMemo,
    reason: () => Promise<SyncError>,
  ): Promise<SyncStatusBody | undefined> {
    const row = await findSync(db.ofUser(userKey), userKey, memo.syncId);
    if (row !== undefined && row.status !== 'in_progress') return endedBody(row);
    const error = await reason();
    const body = lostEndBody(memo, row?.body ?? null, error, now());
    const sync = {
      ...memo,
      userKey,
      runId: row?.runId ?? '',
      startedAt: new Date(memo.startedAt),
    };
    const { isFirst, deliveryIds } = await recordOutcome(db.ofUser(userKey), sync, body);
    if (isFirst) observer.syncEnded(body);
    deliveries.start(userKey, deliveryIds);
    // Somebody else may have been first; what is recorded counts.
    const recorded = await findSync(db.ofUser(userKey), userKey, memo.syncId);
    // Without a row its user's data was purged: then there is no such sync any more.
    return recorded && endedBody(recorded);
  }

  /** Why a run ended that could not say so itself. Only its result tells; `describe()` does not. */
  async function endOf(userKey: string, runId: string): Promise<SyncError> {
    const handle = temporal.workflow.getHandle(amazonSyncWorkflowId(userKey), runId);
    try {
      await calls.within(RESULT_MS, () => handle.result());
      return UNEXPLAINED;
    } catch (error) {
      // Anything else means that the reason is not known yet: then nothing is recorded.
      if (!(error instanceof WorkflowFailedError)) throw error;
      return endedFromOutside(error.cause);
    }
  }

  return {
    read,
    async overview(userKey) {
      const [[newest, before], nextScheduledSync] = await Promise.all([
        latestSyncs(db.ofUser(userKey), userKey, 2),
        schedules.next(userKey),
      ]);
      const none = { ...NO_SYNC, nextScheduledSync };
      if (newest === undefined) return none;
      const status = await read(userKey, newest.syncId);
      if (status?.status === 'in_progress') {
        const last = before && (await read(userKey, before.syncId));
        return {
          ...none,
          hasActiveSync: true,
          activeSync: status,
          lastSync: last ?? null,
          status: 'in_progress',
        };
      }
      return { ...none, lastSync: status ?? null, status: status?.status ?? 'idle' };
    },
  };
}

/** Whether a client would see another step; seconds that pass are not worth a write. */
function differs(body: SyncStatusBody, shown: SyncStatusBody): boolean {
  return (
    body.progress !== shown.progress ||
    RESOURCES.some((name) => body.resources[name]?.state !== shown.resources[name]?.state)
  );
}

const NO_SYNC: SyncOverview = {
  hasActiveSync: false,
  activeSync: null,
  lastSync: null,
  nextScheduledSync: null,
  status: 'idle',
};

function memoOf({ syncId, mode, trigger, startedAt }: Sync): SyncMemo {
  return { syncId, mode, trigger, startedAt: startedAt.toISOString() };
}

function endedBody(sync: Sync): SyncStatusBody {
  if (sync.body === null) throw new Error(`${sync.syncId} ended without a body`);
  return sync.body;
}
