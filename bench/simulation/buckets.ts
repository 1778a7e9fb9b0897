import { type Operation, USAGE_PLANS } from '../../amazon/usage-plans';
import { HORIZON_MS, SECOND_MS } from '../../store/quota-buckets';

/** The buckets of all sellers, by the arithmetic of `store/quota-buckets.ts` where Amazon never answers 429. */
export interface Buckets {
  /** Takes a request and tells when it is due; null where it would be too far ahead, and is to be asked for again. */
  reserve(seller: number, operation: Operation, now: number): number | null;
}

const OPERATIONS: readonly string[] = Object.keys(USAGE_PLANS);

export function createBuckets(sellers: number): Buckets {
  const size = sellers * OPERATIONS.length;
  const tokens = new Float64Array(size);
  /** Negative for a bucket that nobody has used. */
  const countedAt = new Float64Array(size).fill(-1);
  const rules = Object.values(USAGE_PLANS).map(({ perSecond, burst }) => ({
    perMs: perSecond / SECOND_MS,
    // As in activities/amazon-calls.ts: one of the burst is what requests may be late by.
    burst: burst - 1,
  }));

  return {
    reserve(seller, operation, now) {
      const index = OPERATIONS.indexOf(operation);
      const rule = rules[index];
      if (rule === undefined) throw new RangeError(`No plan for ${operation}`);
      const { perMs, burst } = rule;
      const place = seller * OPERATIONS.length + index;
      const counted = countedAt[place] ?? -1;
      const before =
        counted < 0 ? burst : Math.min(burst, (tokens[place] ?? 0) + (now - counted) * perMs);
      const after = before - 1;
      if (after + HORIZON_MS * perMs < 0) return null;
      tokens[place] = after;
      countedAt[place] = now;
      return now + Math.max(0, -after) / perMs;
    },
  };
}
