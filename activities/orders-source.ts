import { USAGE_PLANS } from '../amazon/usage-plans';
import { LATER_RESOURCES } from '../contract/resources';

/** What is known before a gap is fetched. */
export interface OrdersGap {
  /** Days since the watermark. */
  days: number;
  /** What the seller has lately sold in a day. */
  ordersPerDay: number;
}

/** How long after its purchase an order still changes: payment, dispatch, delivery, returns of the first days. */
const CHANGING_DAYS = 5;

const PAGE = 100;

/** An order report of more days ends FATAL. */
const WINDOW_DAYS = 30;

/** What Amazon commonly takes to make a report, with the looks at it. */
const REPORT_SECONDS = 300;

/** The reports of claims and of each later resource need a request of the same quota. */
const OTHER_REPORTS = 1 + LATER_RESOURCES.length;

/**
 * Whichever of Amazon's two sources brings a gap in sooner under the published plans: the search, one page of 100
 * in three minutes once its burst of 20 is spent; or reports by last update, which take minutes however long they
 * are. For a gap of one day that is the search at 300 orders a day (18 pages), and reports at 400 (24 pages).
 *
 * The burst is taken as full, as it is for whoever syncs once a day.
 */
export function ordersSource(gap: OrdersGap): 'search' | 'reports' {
  return searchSeconds(gap) <= reportsSeconds(gap) ? 'search' : 'reports';
}

/** Seconds that the quota of the search makes the gap take. */
export function searchSeconds(gap: OrdersGap): number {
  const { perSecond, burst } = USAGE_PLANS.searchOrders;
  return Math.max(0, searchPages(gap) - burst) / perSecond;
}

/** Each order once, however often it changed: those bought in the gap, and those still changing when it began. */
export function searchPages({ days, ordersPerDay }: OrdersGap): number {
  return Math.ceil((ordersPerDay * (days + CHANGING_DAYS)) / PAGE);
}

/** Seconds that reports by last update take: the quota's, where there are more than its burst, and Amazon's own. */
export function reportsSeconds({ days }: Pick<OrdersGap, 'days'>): number {
  const { perSecond, burst } = USAGE_PLANS.createReport;
  const reports = Math.ceil(days / WINDOW_DAYS) + OTHER_REPORTS;
  // One request of the burst is kept back; see `amazon-calls.ts`.
  return Math.max(0, reports - (burst - 1)) / perSecond + REPORT_SECONDS;
}
