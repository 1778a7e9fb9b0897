import { activityInfo } from '@temporalio/activity';

/**
 * How long what this attempt asks for has been waited for, ms. Both times are Temporal's, so a worker whose clock is wrong
 * waits no longer and no shorter than others.
 */
export function waitedMs(): number {
  const { scheduledTimestampMs, currentAttemptScheduledTimestampMs } = activityInfo();
  return currentAttemptScheduledTimestampMs - scheduledTimestampMs;
}

/** When this attempt was due, epoch ms by Temporal's clock. */
export function attemptedAt(): number {
  return activityInfo().currentAttemptScheduledTimestampMs;
}

/** When to ask again for what has been waited for so long, ms: after a tenth of that, within bounds. */
export function tenthOf(waited: number, bounds: { shortest: number; longest: number }): number {
  return Math.min(Math.max(waited / 10, bounds.shortest), bounds.longest);
}
