import { type WorkflowExecutionDescription, WorkflowFailedError } from '@temporalio/client';
import { amazonSyncWorkflowId } from '../contract/amazon-sync-workflow-id';
import { endedFromOutside, lostEndBody, UNEXPLAINED } from '../contract/lost-end';
import type { MaintenanceDone } from '../contract/maintenance-steps';
import { SyncMemo } from '../contract/sync-input';
import type { SyncError } from '../contract/sync-status';
import { findSync, recordOutcome, type Sync, takeUncheckedSyncs } from '../store/syncs';
import type { ActivityDeps } from './activity-deps';
import { attempted } from './attempt';
import { describedRun } from './described-run';
import { eachOf } from './each-of';
import { called } from './temporal-access';

const BATCH = 100;

export const createRecordLostEnds = (deps: ActivityDeps) => ({
  /**
   * Records the end of syncs that could not record it themselves, an operator having terminated them or their time
   * having run out: polled or not, their history says so before Temporal forgets them.
   */
  recordLostEnds(): Promise<MaintenanceDone> {
    return attempted(deps, null, async () => {
      const unchecked = await takeUncheckedSyncs(
        deps.db.ofMaintenance(),
        BATCH,
        new Date(deps.now()),
      );
      return eachOf(
        unchecked,
        {
          log: deps.log,
          about: ({ syncId }) => ({ syncId }),
          message: 'sync could not be looked at',
        },
        (sync) => recordIfLost(deps, sync),
      );
    });
  },
});

async function recordIfLost(deps: ActivityDeps, sync: Sync): Promise<boolean> {
  const { log, now, deliveries, observer } = deps;
  const db = deps.db.ofUser(sync.userKey);
  const error = await lostEndOf(deps, sync);
  if (error === undefined) return false;
  // What it recorded itself, between our two questions, is its end.
  const row = await findSync(db, sync.userKey, sync.syncId);
  if (row === undefined || row.status !== 'in_progress') return false;
  const memo = { ...row, startedAt: row.startedAt.toISOString() };
  const body = lostEndBody(memo, row.body, error, now());
  const { isFirst, deliveryIds } = await recordOutcome(db, row, body);
  if (isFirst) observer.syncEnded(body);
  deliveries.start(sync.userKey, deliveryIds);
  log.info(
    {
      syncId: sync.syncId,
      // Of the sync, not of the maintenance that found it.
      workflowId: amazonSyncWorkflowId(sync.userKey),
      runId: row.runId,
      type: error.type,
      recorded: isFirst,
    },
    'sync had ended unrecorded',
  );
  return isFirst;
}

/** Why the sync ended; undefined while it runs, be it in another run after an operator's reset. */
async function lostEndOf(deps: ActivityDeps, sync: Sync): Promise<SyncError | undefined> {
  const newest = await describedRun(deps.temporal, sync.userKey);
  const own =
    newest !== undefined && isOf(newest, sync)
      ? newest
      : await describedRun(deps.temporal, sync.userKey, sync.runId);
  if (own === undefined) return UNEXPLAINED;
  if (own.status.name === 'RUNNING') return undefined;
  try {
    await called(deps.temporal, ({ workflow }) =>
      workflow.getHandle(own.workflowId, own.runId).result(),
    );
    return UNEXPLAINED;
  } catch (error) {
    // Anything else means that the reason is not known yet.
    if (!(error instanceof WorkflowFailedError)) throw error;
    return endedFromOutside(error.cause);
  }
}

function isOf(execution: WorkflowExecutionDescription, sync: Sync): boolean {
  const memo = SyncMemo.safeParse(execution.memo);
  return memo.success && memo.data.syncId === sync.syncId;
}
