import {
  type Client,
  QueryNotRegisteredError,
  QueryRejectedError,
  type WorkflowExecutionDescription,
  WorkflowNotFoundError,
} from '@temporalio/client';
import { amazonSyncWorkflowId } from '../contract/amazon-sync-workflow-id';
import type { Live } from '../contract/status-body';
import { SyncState } from '../contract/sync-state';
import { SYNC_STATE_QUERY, SyncMemo } from '../contract/sync-workflow';
import { liveOf } from './pending-activities';
import { type TemporalCalls, TemporalUnavailable } from './temporal-calls';
import { isWithoutWorker } from './without-worker';

/** A query waits for a worker; a status must be answered within 2 s without one. */
const QUERY_MS = 1_200;
const DESCRIBE_MS = 1_500;

/** What Temporal knows of a user's newest sync. */
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
  | { kind: 'unknown' };

/**
 * Asks the workflow for its state and the server for its pending activities, side by side. Throws
 * {@link TemporalUnavailable} when the server does not answer.
 */
export async function readLiveSync(
  temporal: Client,
  calls: TemporalCalls,
  userKey: string,
): Promise<LiveSync> {
  const handle = temporal.workflow.getHandle(amazonSyncWorkflowId(userKey));
  const [described, state] = await Promise.all([
    calls.within(DESCRIBE_MS, () => handle.describe()).catch(absent),
    calls.within(QUERY_MS, () => handle.query(SYNC_STATE_QUERY)).catch(unanswered),
  ]);
  if (described === undefined) return { kind: 'unknown' };
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
