import { type Client, WorkflowNotFoundError } from '@temporalio/client';
import { amazonSyncWorkflowId } from '../contract/amazon-sync-workflow-id';
import { SyncMemo } from '../contract/sync-input';
import type { SyncStatus } from '../contract/sync-status';
import type { Logger } from '../observability/logger';
import { recordAudit } from '../store/audit-events';
import type { ScopedDatabase } from '../store/scoped-database';
import type { StatusReader } from './status-reader';
import type { TemporalCalls } from './temporal-calls';

export type Cancellation =
  | { kind: 'requested' }
  | { kind: 'ended'; status: SyncStatus }
  /** There is no such sync, or it is another user's. */
  | { kind: 'unknown' };

export interface SyncCanceller {
  cancel(userKey: string, syncId: string): Promise<Cancellation>;
}

interface SyncCancellerDeps {
  temporal: Client;
  calls: TemporalCalls;
  statuses: StatusReader;
  db: ScopedDatabase;
  log: Logger;
  /** Epoch ms. */
  now: () => number;
}

const CALL_MS = 1_200;

interface OpenRun {
  runId: string;
  /** Whether somebody has asked for its end already. */
  isCancelling: boolean;
}

/** Asks Temporal to cancel syncs. How a sync ends is its own to say, a moment later. */
export function createSyncCanceller(deps: SyncCancellerDeps): SyncCanceller {
  const { temporal, calls, statuses, db, log, now } = deps;

  /** The run that this sync goes on in, which after an operator's reset is not the one it began in. */
  async function openRun(userKey: string, syncId: string): Promise<OpenRun | undefined> {
    const newest = temporal.workflow.getHandle(amazonSyncWorkflowId(userKey));
    const described = await calls.within(CALL_MS, () => newest.describe());
    const isOpen = described.status.name === 'RUNNING';
    if (!isOpen || SyncMemo.parse(described.memo).syncId !== syncId) return undefined;
    const isCancelling = described.raw.workflowExtendedInfo?.cancelRequested === true;
    return { runId: described.runId, isCancelling };
  }

  return {
    async cancel(userKey, syncId) {
      const status = await statuses.read(userKey, syncId);
      if (status === undefined) return { kind: 'unknown' };
      if (status.status !== 'in_progress') return { kind: 'ended', status: status.status };
      try {
        const run = await openRun(userKey, syncId);
        if (run !== undefined) {
          const { runId } = run;
          // Asked for once is enough, for the trail too.
          if (run.isCancelling) return { kind: 'requested' };
          // Noted before: should Temporal not answer then, the trail says that it was asked for, which is true.
          await recordAudit(db.ofUser(userKey), {
            userKey,
            action: 'cancel',
            at: new Date(now()),
            details: { syncId },
          });
          // By run, so that a sync which begins this moment is not the one that is cancelled.
          const handle = temporal.workflow.getHandle(amazonSyncWorkflowId(userKey), runId);
          await calls.within(CALL_MS, () => handle.cancel());
          log.info({ syncId, workflowId: handle.workflowId, runId }, 'sync is asked to cancel');
          return { kind: 'requested' };
        }
      } catch (error) {
        if (!(error instanceof WorkflowNotFoundError)) throw error;
      }
      // It ended while we asked.
      const ended = await statuses.read(userKey, syncId);
      return ended === undefined ? { kind: 'unknown' } : { kind: 'ended', status: ended.status };
    },
  };
}
