import {
  ActivityFailure,
  ApplicationFailure,
  RetryState,
  TimeoutFailure,
} from '@temporalio/common';
import { FAILURE } from '../contract/failures';
import type { SyncError } from '../contract/sync-status';

/**
 * The words for whatever ended a resource or a sync. Looks at the retry state before the type: a wait that
 * did not fit into the time left fails with the wait's own type, and yet it is time that ran out.
 */
export function syncErrorOf(error: unknown): SyncError {
  const cause = error instanceof ActivityFailure ? error.cause : error;
  const ranOut =
    cause instanceof TimeoutFailure ||
    (error instanceof ActivityFailure && error.retryState === RetryState.TIMEOUT);
  if (ranOut) {
    const detail = cause instanceof ApplicationFailure ? `: ${cause.message}` : '';
    return {
      type: FAILURE.timedOut,
      message: `It took too long${detail}`,
      requestId: requestIdOf(cause),
    };
  }
  if (cause instanceof ApplicationFailure) {
    return {
      type: cause.type ?? FAILURE.internal,
      message: cause.message,
      requestId: requestIdOf(cause),
    };
  }
  // The text of an unexpected error is for the logs and the history, not for sellers.
  return { type: FAILURE.internal, message: 'Something went wrong on our side', requestId: null };
}

/** From the first detail of a failure of ours; see {@link import('../contract/attempt-details').Wait}. */
function requestIdOf(cause: unknown): string | null {
  if (!(cause instanceof ApplicationFailure)) return null;
  const wait: unknown = cause.details?.[0];
  if (typeof wait !== 'object' || wait === null || !('requestId' in wait)) return null;
  return typeof wait.requestId === 'string' ? wait.requestId : null;
}
