import { REPORT_TYPES } from '../amazon/reports';

/** A half-open range of time, ISO UTC. */
export interface Range {
  from: string;
  to: string;
}

/** How the orders of a connection are fetched. */
export type OrdersPlan =
  | { kind: 'reports'; reportType: string; windows: Range[]; watermark: string }
  | { kind: 'search'; lastUpdatedAfter: string };

/** Amazon ignores marketplaces for claims: once for each connection. */
export interface ClaimsPlan {
  reportType: string;
  range: Range;
}

export interface ConnectionPlan {
  connectionId: string;
  marketplaceIds: string[];
  orders: OrdersPlan;
  claims: ClaimsPlan;
}

export interface SyncPlan {
  connections: ConnectionPlan[];
}

const MINUTE = 60_000;
const DAY = 24 * 60 * MINUTE;

/** What a first sync goes back. */
const HISTORY = 365 * DAY;

/** An order report of more than 30 days ends FATAL. */
const WINDOW = 30 * DAY;

/** Orders can become visible late: a search starts this long before the watermark. */
const ORDERS_OVERLAP = 60 * MINUTE;

/** Reimbursement lines lag their approval by up to 5 days; twice that is asked for again. */
const CLAIMS_OVERLAP = 10 * DAY;

/**
 * Plans the orders of one connection.
 *
 * The first time, or when everything is asked for: twelve months by purchase date, in ceil(365 / 30) = 13
 * reports, which fit with the one for claims into createReport's burst of 15. Later: one search from the
 * watermark, unless the gap is longer than one report reaches; then reports by last update.
 */
export function planOrders(watermark: Date | undefined, now: Date): OrdersPlan {
  const end = now.toISOString();
  if (watermark === undefined) {
    const windows = windowsOf(new Date(now.getTime() - HISTORY), now);
    return { kind: 'reports', reportType: REPORT_TYPES.ordersByOrderDate, windows, watermark: end };
  }
  const from = new Date(watermark.getTime() - ORDERS_OVERLAP);
  if (now.getTime() - from.getTime() <= WINDOW) {
    return { kind: 'search', lastUpdatedAfter: from.toISOString() };
  }
  const windows = windowsOf(from, now);
  return { kind: 'reports', reportType: REPORT_TYPES.ordersByLastUpdate, windows, watermark: end };
}

/** Plans the claims of one connection: twelve months at first, then from the watermark with an overlap. */
export function planClaims(watermark: Date | undefined, now: Date): ClaimsPlan {
  const from =
    watermark === undefined ? now.getTime() - HISTORY : watermark.getTime() - CLAIMS_OVERLAP;
  return {
    reportType: REPORT_TYPES.claims,
    range: { from: new Date(from).toISOString(), to: now.toISOString() },
  };
}

/** Cuts a range into windows of at most 30 days, without a gap or an overlap, newest first. */
export function windowsOf(from: Date, to: Date): Range[] {
  const windows: Range[] = [];
  for (let end = to.getTime(); end > from.getTime(); end -= WINDOW) {
    const start = Math.max(from.getTime(), end - WINDOW);
    windows.push({ from: new Date(start).toISOString(), to: new Date(end).toISOString() });
  }
  return windows;
}
