/** The operations of the Selling Partner API that this service calls, by Amazon's own names. */
export type Operation =
  | 'searchOrders'
  | 'getInventorySummaries'
  | 'createReport'
  | 'getReport'
  | 'getReports'
  | 'getReportDocument'
  | 'getMarketplaceParticipations';

/** A token bucket: requests per second that flow back, and how many it holds when full. */
export interface UsagePlan {
  perSecond: number;
  burst: number;
}

/**
 * Amazon's default plan of each operation, per application and seller. Nothing here waits: whoever calls
 * takes a request out of its own bucket first.
 */
export const USAGE_PLANS: Record<Operation, UsagePlan> = {
  // One request per 180 s (Orders API 2026-01-01, searchOrders, usage plan).
  searchOrders: { perSecond: 0.0056, burst: 20 },
  // FBA Inventory API v1, getInventorySummaries, usage plan.
  getInventorySummaries: { perSecond: 2, burst: 2 },
  // One request per 60 s (Reports API 2021-06-30, createReport, usage plan). A first sync asks for
  // ceil(365 / 30) = 13 windows of orders, claims and returns: 15, the burst. One of it is kept back
  // (activities/amazon-calls.ts), so the last is asked for a minute later, which the others take anyway to be made.
  createReport: { perSecond: 0.0167, burst: 15 },
  // Reports API 2021-06-30, usage plans of getReport, getReports (one per 45 s), getReportDocument (one per 60 s).
  getReport: { perSecond: 2, burst: 15 },
  getReports: { perSecond: 0.0222, burst: 10 },
  getReportDocument: { perSecond: 0.0167, burst: 15 },
  // One request per 62 s (Sellers API v1, getMarketplaceParticipations, usage plan).
  getMarketplaceParticipations: { perSecond: 0.016, burst: 15 },
};
