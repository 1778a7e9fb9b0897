import type { SandboxClock } from './clock';

/** A token bucket: `burst` requests at once, refilled with `perSecond` of Amazon's seconds. */
export interface UsagePlan {
  readonly perSecond: number;
  readonly burst: number;
}

/** The published default usage plans, from the "Usage Plan" table of each operation in Amazon's API models. */
export const USAGE_PLANS = {
  searchOrders: { perSecond: 0.0056, burst: 20 },
  getInventorySummaries: { perSecond: 2, burst: 2 },
  createReport: { perSecond: 0.0167, burst: 15 },
  getReport: { perSecond: 2, burst: 15 },
  getReports: { perSecond: 0.0222, burst: 10 },
  getReportDocument: { perSecond: 0.0167, burst: 15 },
  getMarketplaceParticipations: { perSecond: 0.016, burst: 15 },
} as const satisfies Record<string, UsagePlan>;

export type Operation = keyof typeof USAGE_PLANS;

export interface UsagePlans {
  /** Takes one request out of the seller's bucket, or answers false when there is none left. */
  take(sellerId: string, operation: Operation): boolean;
}

/** One application calls the sandbox, so a bucket belongs to a seller and an operation. */
export function createUsagePlans(clock: SandboxClock): UsagePlans {
  const buckets = new Map<string, { tokens: number; filledAt: number }>();

  return {
    take(sellerId, operation) {
      const { perSecond, burst } = USAGE_PLANS[operation];
      const now = clock.elapsed();
      const key = `${sellerId} ${operation}`;
      const bucket = buckets.get(key) ?? { tokens: burst, filledAt: now };
      buckets.set(key, bucket);
      bucket.tokens = Math.min(burst, bucket.tokens + (now - bucket.filledAt) * perSecond);
      bucket.filledAt = now;
      if (bucket.tokens < 1) return false;
      bucket.tokens -= 1;
      return true;
    },
  };
}
