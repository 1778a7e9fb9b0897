import { ActivityFailure, RetryState } from '@temporalio/common';
import { isCancellation } from '@temporalio/workflow';

/**
 * Whether an error is the cancellation of the sync. An attempt that fails in the moment in which it is asked to
 * cancel is not tried again, and ends its activity with its own failure: a wait, say, that nobody waits for.
 */
export function isCancelled(error: unknown): boolean {
  return (
    isCancellation(error) ||
    (error instanceof ActivityFailure && error.retryState === RetryState.CANCEL_REQUESTED)
  );
}
