import { ApplicationFailure, TerminatedFailure, TimeoutFailure } from '@temporalio/common';
import { FAILURE } from './failures';
import { startingState } from './starting-state';
import { statusBodyOf } from './status-body';
import type { SyncMemo } from './sync-input';
import type { SyncError, SyncStatusBody } from './sync-status';
import { withoutWaits } from './without-waits';

/** Why a sync ended that recorded nothing: the words for what its run failed with, seen from outside. */
export function endedFromOutside(cause: Error | undefined): SyncError {
  if (cause instanceof TerminatedFailure) {
    const reason = cause.message === '' ? '' : `: ${cause.message}`;
    return failure(FAILURE.terminated, `An operator ended the sync${reason}`);
  }
  if (cause instanceof TimeoutFailure) {
    return failure(FAILURE.timedOut, 'The sync took longer than a sync may take');
  }
  // A fault in the code of the workflow, so that it could not even record it. Its text is in Temporal, for operators.
  if (cause instanceof ApplicationFailure) {
    return failure(FAILURE.internal, 'Something went wrong on our side');
  }
  return UNEXPLAINED;
}

/** The end of a sync of which Temporal knows nothing more. */
export const UNEXPLAINED = failure(FAILURE.internal, 'The sync ended without saying how');

/** The last status of a sync that could not record its own: what was shown of it, and that it failed. */
export function lostEndBody(
  memo: SyncMemo,
  shown: SyncStatusBody | null,
  error: SyncError,
  now: number,
): SyncStatusBody {
  return {
    ...withoutWaits(shown ?? statusBodyOf(startingState(memo), {}, now)),
    status: 'failed',
    message: `Sync failed: ${error.message}`,
    completedAt: new Date(now).toISOString(),
    error,
  };
}

function failure(type: string, message: string): SyncError {
  return { type, message, requestId: null };
}
