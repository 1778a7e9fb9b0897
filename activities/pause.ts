import { setTimeout } from 'node:timers/promises';

/** Waits inside an attempt, for seconds at most; ends at once when the activity is cancelled. */
export async function pause(milliseconds: number, signal: AbortSignal): Promise<void> {
  await setTimeout(milliseconds, undefined, { signal });
}
