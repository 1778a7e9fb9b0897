import {
  ActivityFailure,
  ApplicationFailure,
  RetryState,
  TimeoutFailure,
} from '@temporalio/common';
import type { Wait } from '../contract/attempt-details';
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

/** From the first detail of a failure of ours, a {@link Wait}. */
function requestIdOf(cause: unknown): string | null {
  if (!(cause instanceof ApplicationFailure)) return null;
  const wait: unknown = cause.details?.[0];
  return isOfWait(wait) && typeof wait.requestId === 'string' ? wait.requestId : null;
}

/** Not by its schema: schemas stay out of workflows. */
function isOfWait(detail: unknown): detail is Partial<Record<keyof Wait, unknown>> {
  return typeof detail === 'object' && detail !== null;
}
