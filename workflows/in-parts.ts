import type { SyncError } from '../contract/sync-status';
import { isCancelled } from './is-cancelled';
import { syncErrorOf } from './sync-error-of';

/** What of a resource could not be fetched, in words: a marketplace, a region; and why. */
export interface Gap {
  part: string;
  error: SyncError;
}

export interface Part {
  /** What people call it. */
  name: string;
  /** Resolves to what is missing within it. */
  work: Promise<readonly Gap[]>;
}

/**
 * Waits until every part has ended and returns what is missing. Parts that fail leave the others alone; only when
 * nothing of any part could be fetched it throws, the first failure, and a cancellation always.
 */
export async function inParts(parts: readonly Part[]): Promise<Gap[]> {
  const results = await Promise.allSettled(parts.map(({ work }) => work));
  const failures = results.flatMap((result) =>
    result.status === 'rejected' ? [result.reason] : [],
  );
  const cancellation = failures.find(isCancelled);
  if (cancellation !== undefined) throw cancellation;
  if (failures.length > 0 && failures.length === parts.length) throw failures[0];
  return results.flatMap((result, index) =>
    result.status === 'fulfilled'
      ? result.value
      : [{ part: parts[index]?.name ?? '', error: syncErrorOf(result.reason) }],
  );
}

/** The gaps of a resource as its one error; null where nothing is missing. */
export function errorOfGaps(gaps: readonly Gap[]): SyncError | null {
  const [first, ...others] = gaps;
  if (first === undefined) return null;
  const names = [...new Set(others.map(({ part }) => part))].filter((part) => part !== first.part);
  const also = names.length === 0 ? '' : `; also missing: ${names.join(', ')}`;
  return { ...first.error, message: `${first.part}: ${first.error.message}${also}` };
}
