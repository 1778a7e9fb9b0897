import { createHash } from 'node:crypto';
import type { TotalOf } from '../store/page';

/** Totals of lists. */
export interface Totals {
  /**
   * The total of what a revision, the list and its filters say, counted once: counting looks at every row that the
   * filters leave, and each page of a list tells the same total. Without a revision rows may change at any moment, and
   * it is counted each time.
   */
  of(revision: string | undefined, about: readonly unknown[]): TotalOf;
}

/** Some 100 bytes each. */
const MOST = 20_000;

/**
 * Remembers the totals that were asked for last. A count begins after its revision was read; should rows change in
 * between, nobody asks for that revision any more.
 */
export function createTotals(most = MOST): Totals {
  const known = new Map<string, Promise<number>>();
  return {
    of: (revision, about) => (count) => {
      if (revision === undefined) return count();
      const key = createHash('sha256')
        .update(JSON.stringify([revision, ...about]))
        .digest('base64url');
      const total = known.get(key) ?? count();
      // To the end, which is forgotten last.
      known.delete(key);
      known.set(key, total);
      total.catch(() => {
        if (known.get(key) === total) known.delete(key);
      });
      const [oldest] = known.keys();
      if (known.size > most && oldest !== undefined) known.delete(oldest);
      return total;
    },
  };
}
