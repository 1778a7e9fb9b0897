import { isInvalidArgument } from '../contract/is-invalid-argument';
import { foundBy } from '../contract/search-attributes';
import type { SyncInput } from '../contract/sync-input';

/** A namespace that lacks the attributes costs one refused start in this time, and has them in use as soon when it gets them. */
const ASK_AGAIN_MS = 60_000;

/** What a start is given beside the rest: search attributes, or nothing. */
export type FoundBy = Partial<ReturnType<typeof foundBy>>;

/** Starts one sync; called a second time where Temporal refuses the first. */
export type StartWith<Started> = (foundBy: FoundBy) => Promise<Started>;

/**
 * Starts syncs with search attributes where the namespace has them, and without where it has not: workers register them,
 * which may come later or not be allowed, and no sync may fail for it. `now` is epoch ms.
 */
export function createFindableStarts(
  now: () => number,
): <Started>(input: SyncInput, start: StartWith<Started>) => Promise<Started> {
  let missingUntil = 0;
  return async (input, start) => {
    if (now() < missingUntil) return start({});
    try {
      return await start(foundBy(input));
    } catch (error) {
      if (!isInvalidArgument(error)) throw error;
      // Nothing else of a start can be invalid; if it is, this says so.
      const started = await start({});
      missingUntil = now() + ASK_AGAIN_MS;
      return started;
    }
  };
}
