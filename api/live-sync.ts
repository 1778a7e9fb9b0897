import {
  type Client,
  QueryNotRegisteredError,
  QueryRejectedError,
  type WorkflowExecutionDescription,
  WorkflowNotFoundError,
} from '@temporalio/client';
import { amazonSyncWorkflowId } from '../contract/amazon-sync-workflow-id';
import type { Live } from '../contract/status-body';
import { SyncMemo } from '../contract/sync-input';
import { SyncState } from '../contract/sync-state';
import { SYNC_STATE_QUERY } from '../contract/sync-workflow';
import { liveOf } from './pending-activities';
import { type TemporalCalls, TemporalUnavailable } from './temporal-calls';
import { isWithoutWorker } from './without-worker';

/** A query waits for a worker; a status must be answered within 2 s without one. */
const QUERY_MS = 1_200;
const DESCRIBE_MS = 1_500;

/** What Temporal knows of one sync. */
export type LiveSync =
  /** `state` is missing while no worker answers; `withoutWorker` tells none at all from one that comes back. */
  | {
      kind: 'running';
      memo: SyncMemo;
      state: SyncState | undefined;
      live: Live;
      withoutWorker: boolean;
    }
  | { kind: 'closed'; memo: SyncMemo; runId: string }
  /** Temporal does not know it, or has forgotten it. */
  | { kind: 'unknown' };

/** The sync to ask for, and the run under which it began if that is known. */
export interface SyncRun {
  userKey: string;
  syncId: string;
  runId: string | undefined;
}

/**
 * Asks the workflow for its state and the server for its pending activities, side by side. Throws
 * {@link TemporalUnavailable} when the server does not answer: not knowing is not an end.
 */
export async function readLiveSync(
  temporal: Client,
  calls: TemporalCalls,
  { userKey, syncId, runId }: SyncRun,
): Promise<LiveSync> {
  const workflowId = amazonSyncWorkflowId(userKey);
  // Without a run id this is the user's newest run: it follows an operator's reset, which goes on with the
  // same sync under a new run id.
  const newest = temporal.workflow.getHandle(workflowId);
  const [described, state] = await Promise.all([
    calls.within(DESCRIBE_MS, () => newest.describe()).catch(absent),
    calls.within(QUERY_MS, () => newest.query(SYNC_STATE_QUERY)).catch(unanswered),
  ]);
  if (described !== undefined) {
    const known = liveSyncOf(described, state);
    if (known.memo.syncId === syncId) return known;
  }
  // A newer sync is there. This one has ended, but how is only known by its own run.
  if (runId === undefined) return { kind: 'unknown' };
  const own = temporal.workflow.getHandle(workflowId, runId);
  const before = await calls.within(DESCRIBE_MS, () => own.describe()).catch(absent);
  return before === undefined ? { kind: 'unknown' } : liveSyncOf(before, undefined);
}

function liveSyncOf(
  described: WorkflowExecutionDescription,
  state: unknown,
): Exclude<LiveSync, { kind: 'unknown' }> {
  const memo = SyncMemo.parse(described.memo);
  if (described.status.name !== 'RUNNING') return { kind: 'closed', memo, runId: described.runId };
  const parsed = SyncState.safeParse(state);
  // Between the two answers a newer run can have begun.
  const own = parsed.success && parsed.data.syncId === memo.syncId ? parsed.data : undefined;
  return {
    kind: 'running',
    memo,
    state: own,
    live: liveOf(described.raw),
    withoutWorker: own === undefined && isWithoutWorker(described.raw, described.historyLength),
  };
}

function absent(error: unknown): WorkflowExecutionDescription | undefined {
  if (error instanceof WorkflowNotFoundError) return undefined;
  throw error;
}

/** No answer to the query is not a fault: `describe()` tells why there is none. */
function unanswered(error: unknown): undefined {
  if (
    error instanceof TemporalUnavailable ||
    error instanceof WorkflowNotFoundError ||
    error instanceof QueryRejectedError ||
    error instanceof QueryNotRegisteredError
  ) {
    return undefined;
  }
  throw error;
}
