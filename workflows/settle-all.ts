import { isCancelled } from './is-cancelled';

/**
 * Waits until every one has ended, then throws a cancellation if there was one, else the first failure.
 * Not `Promise.all`, which would go on at the first failure while the others still write.
 */
export async function settleAll(work: readonly Promise<unknown>[]): Promise<void> {
  const failures = (await Promise.allSettled(work)).flatMap((result) =>
    result.status === 'rejected' ? [result.reason] : [],
  );
  if (failures.length > 0) throw failures.find(isCancelled) ?? failures[0];
}
