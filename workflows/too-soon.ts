import { FAILURE } from '../contract/failures';
import type { Resource } from '../contract/resources';
import type { Gap } from './in-parts';
import type { RunningSync } from './running-sync';

/** Well before the sync runs into its own time limit; the other resources are long done by then. */
const LATEST_MS = 24 * 60 * 60_000;

/** Whether a time is too late to wait for. */
export function isLate({ input }: RunningSync, at: string): boolean {
  return Date.parse(at) - Date.parse(input.startedAt) > LATEST_MS;
}

/** What is missing where Amazon had made a report too lately to make one of all that was asked for. */
export function tooSoon(resource: Resource): Gap {
  return {
    part: `Older ${resource}`,
    error: {
      type: FAILURE.reportTooSoon,
      message: 'Amazon makes this report once in four hours; the next sync asks for them',
      requestId: null,
    },
  };
}
