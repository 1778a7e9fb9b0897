import type { MaintenanceDone } from '../contract/maintenance-steps';
import type { Logger } from '../observability/logger';

/** What the log says of one that could not be done. */
interface Undone<Item> {
  log: Logger;
  /** Ids that name it. */
  about: (item: Item) => Record<string, string>;
  message: string;
}

/**
 * Does what maintenance has found, one after the other. One that fails leaves the others alone, and the next run finds it
 * again. `work` says whether it did anything.
 */
export async function eachOf<Item>(
  items: readonly Item[],
  { log, about, message }: Undone<Item>,
  work: (item: Item) => Promise<boolean>,
): Promise<MaintenanceDone> {
  let done = 0;
  for (const item of items) {
    try {
      if (await work(item)) done += 1;
    } catch (error) {
      const name = error instanceof Error ? error.name : 'Error';
      log.warn({ ...about(item), error: name }, message);
    }
  }
  return { done };
}
