import { REPORT_TYPES } from '../amazon/reports';
import type { Region } from '../contract/regions';
import type { AccountResource, LaterResource } from '../contract/resources';
import type { TimeRange } from '../contract/time-range';
import { ACCOUNT_REPORTS, type AccountReport } from './account-reports';
import { ordersSource } from './orders-source';

/** Marketplaces of a connection whose orders have come equally far. */
export interface OrdersGroup {
  marketplaceIds: string[];
  /** What comes by report first; null where the search alone is soon enough. */
  bulk: OrdersReports | null;
  /** Then a search brings everything that was updated since, ISO UTC. */
  searchFrom: string;
}

export interface OrdersReports {
  reportType: string;
  /** Newest first. */
  windows: TimeRange[];
  /** Up to where everything is in once all windows are. */
  watermark: string;
}

/** Amazon ignores marketplaces for reports of an account: once for each connection. */
export interface ReportPlan {
  reportType: string;
  range: TimeRange;
  /** Where the cursor stays if Amazon has nothing to report. */
  watermark: string;
}

export interface AccountReportPlan extends ReportPlan {
  resource: AccountResource;
}

export interface ConnectionPlan {
  connectionId: string;
  region: Region;
  marketplaceIds: string[];
  /** Whether Amazon has to be asked first where the seller sells. */
  learn: boolean;
  /** Null while nothing of it can be fetched: the seller has to authorize it again, or no marketplace is known. */
  work: {
    orders: OrdersGroup[];
    /** For a workflow that fetches claims in three steps; null for one that does it in one. */
    claims: ReportPlan | null;
    /** What is fetched in one step each; undefined where a version planned that had nothing such. */
    reports?: AccountReportPlan[];
  } | null;
}

export interface SyncPlan {
  /** What is fetched besides orders, inventory and claims; undefined where a version planned that knew nothing else. */
  later?: LaterResource[];
  connections: ConnectionPlan[];
}

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

/** What a first sync goes back, and any other at most: Amazon has reports of orders for two years only. */
const HISTORY = 365 * DAY;

/** An order report of more than 30 days ends FATAL. */
const WINDOW = 30 * DAY;

/**
 * Amazon refuses a range that ends in the future, by its own clock: one of ours may be this far ahead. What
 * happened meanwhile comes with the search.
 */
const SETTLED = 10 * MINUTE;

/** Orders can become visible late: a search starts this long before the watermark. */
const ORDERS_OVERLAP = HOUR;

/** How far a marketplace's orders have come; undefined before its first import. */
export interface OrdersCursor {
  marketplaceId: string;
  watermark: Date | undefined;
}

/**
 * The end of the ranges of a sync: a whole hour, so that a sync that follows soon on a failed one asks for the
 * same ranges and finds the reports that Amazon has made for it.
 */
export function endOfRanges(now: number): Date {
  return new Date(Math.floor((now - SETTLED) / HOUR) * HOUR);
}

/**
 * Plans the orders of one connection, marketplaces with the same watermark together.
 *
 * The first time, or when everything is asked for: twelve months by purchase date, in ceil(365 / 30) = 13
 * reports, which are with the two for claims and returns createReport's burst of 15, of which one is kept back for a minute;
 * then a search for what has changed since. Later: the search from the watermark, after reports by last update where those are sooner.
 */
export function planOrders(
  cursors: readonly OrdersCursor[],
  ordersPerDay: number,
  end: Date,
): OrdersGroup[] {
  const groups = new Map<number | undefined, OrdersGroup>();
  for (const { marketplaceId, watermark } of cursors) {
    const key = watermark?.getTime();
    const group = groups.get(key) ?? planGroup(watermark, ordersPerDay, end);
    groups.set(key, { ...group, marketplaceIds: [...group.marketplaceIds, marketplaceId] });
  }
  return [...groups.values()];
}

function planGroup(watermark: Date | undefined, ordersPerDay: number, end: Date): OrdersGroup {
  // A whole second, as Amazon's ranges are: a range must compare equal to find its report again.
  const since = (time: Date) =>
    new Date(Math.floor((time.getTime() - ORDERS_OVERLAP) / 1000) * 1000);
  const reports = (reportType: string, from: Date): OrdersGroup => ({
    marketplaceIds: [],
    bulk: { reportType, windows: windowsOf(from, end), watermark: end.toISOString() },
    // A report is no older than the end of its range, so the search finds what it may have missed.
    searchFrom: since(end).toISOString(),
  });
  if (watermark === undefined) {
    return reports(REPORT_TYPES.ordersByOrderDate, new Date(end.getTime() - HISTORY));
  }
  const from = new Date(Math.max(end.getTime() - HISTORY, since(watermark).getTime()));
  const days = Math.max(0, end.getTime() - from.getTime()) / DAY;
  return days > 0 && ordersSource({ days, ordersPerDay }) === 'reports'
    ? reports(REPORT_TYPES.ordersByLastUpdate, from)
    : { marketplaceIds: [], bulk: null, searchFrom: from.toISOString() };
}

export function planClaims(watermark: Date | undefined, end: Date): ReportPlan {
  return planAccountReport(ACCOUNT_REPORTS.claims, watermark, end);
}

/** The reports of these resources of one connection; `watermarkOf` tells how far each has come. */
export function planAccountReports(
  resources: readonly AccountResource[],
  watermarkOf: (resource: AccountResource) => Date | undefined,
  end: Date,
): AccountReportPlan[] {
  return resources.map((resource) => ({
    resource,
    ...planAccountReport(ACCOUNT_REPORTS[resource], watermarkOf(resource), end),
  }));
}

/** A report of one connection: twelve months at first, then from the watermark with an overlap. */
function planAccountReport(
  { reportType, overlapDays }: Pick<AccountReport, 'reportType' | 'overlapDays'>,
  watermark: Date | undefined,
  end: Date,
): ReportPlan {
  const first = end.getTime() - HISTORY;
  const from =
    watermark === undefined ? first : Math.max(first, watermark.getTime() - overlapDays * DAY);
  const range = { from: new Date(from).toISOString(), to: end.toISOString() };
  return {
    reportType,
    range,
    watermark: watermark?.toISOString() ?? range.from,
  };
}

/** Cuts a range into windows of at most 30 days, without a gap or an overlap, newest first. */
export function windowsOf(from: Date, to: Date): TimeRange[] {
  const windows: TimeRange[] = [];
  for (let end = to.getTime(); end > from.getTime(); end -= WINDOW) {
    const start = Math.max(from.getTime(), end - WINDOW);
    windows.push({ from: new Date(start).toISOString(), to: new Date(end).toISOString() });
  }
  return windows;
}
