import { FAILURE } from '../contract/failures';
import type { Resource } from '../contract/resources';
import { halvesOf, type TimeRange } from '../contract/time-range';
import { failureTypeOf } from './failure-type-of';
import type { RunningSync } from './running-sync';

/** Imports one range; `isLast` tells whether all of what it is a part of is in after it. */
export type ImportRange = (range: TimeRange, isLast: boolean) => Promise<void>;

/**
 * Imports a range by report. One that Amazon cannot make a report of (FATAL) is split in two until it works or
 * is a day: Amazon states no longest range for every report, and busy sellers have shorter ones.
 *
 * The halves come one after the other, so that a report that never works costs ten requests and not hundreds.
 */
export async function importOrSplit(
  sync: RunningSync,
  resource: Resource,
  range: TimeRange,
  importRange: ImportRange,
  isLast = true,
): Promise<void> {
  try {
    await importRange(range, isLast);
  } catch (error) {
    const halves = failureTypeOf(error) === FAILURE.reportFatal ? halvesOf(range) : null;
    if (halves === null) throw error;
    sync.on({ type: 'split', resource });
    const [newer, older] = halves;
    await importOrSplit(sync, resource, newer, importRange, false);
    await importOrSplit(sync, resource, older, importRange, isLast);
  }
}
