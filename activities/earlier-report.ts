import type { Report } from '../amazon/reports';
import type { ReportOutcome } from '../contract/report-outcome';
import type { TimeRange } from '../contract/time-range';
import type { ActivityDeps } from './activity-deps';
import type { AmazonCalls } from './amazon-calls';
import type { Attempt } from './attempt';

/**
 * Amazon makes such a report at most once in this time; further requests for the type are cancelled, whatever
 * their range (SP-API documentation, Reports API FAQ, "Why was my report cancelled?").
 */
const REGENERATED_MS = 4 * 60 * 60_000;

/** How far our clocks may be apart from Amazon's. */
const SKEW_MS = 10 * 60_000;

/** Ranges end on a whole hour: a report of four hours ago can end so much earlier than one of now. */
const STALE_MS = REGENERATED_MS + 2 * 60 * 60_000;

/** A report that Amazon has cancelled, and what it was asked for. */
interface Cancelled {
  connectionId: string;
  reportType: string;
  range: TimeRange;
}

/**
 * What a CANCELLED report stands for. Amazon says so both when there is nothing to report and when it has made
 * the same kind of report a moment ago; in the second case that one is there to be had, and is as fresh as Amazon
 * lets anybody be. Null while one that may be it is still being made: it must not be taken for nothing.
 */
export async function earlierReport(
  { now, clockSpeed }: ActivityDeps,
  amazon: AmazonCalls,
  attempt: Attempt,
  { connectionId, reportType, range }: Cancelled,
): Promise<ReportOutcome | null> {
  const createdSince = new Date(now() - REGENERATED_MS / clockSpeed - SKEW_MS).toISOString();
  const reports = await amazon.call(attempt, connectionId, 'getReports', (seller, signal) =>
    seller.findReports({ reportType, createdSince }, signal),
  );
  const made = reports.flatMap(finished).sort((a, b) => Date.parse(b.asOf) - Date.parse(a.asOf));
  const whole = made.find((report) => covers(report, range));
  if (whole === undefined && reports.some(isOnItsWay)) return null;
  const [newest] = made;
  if (newest === undefined) return { kind: 'nothing' };
  const { documentId, to, asOf } = whole ?? newest;
  const againAt = new Date(Date.parse(newest.asOf) + REGENERATED_MS / clockSpeed).toISOString();
  return { kind: 'earlier', documentId, to, whole: whole !== undefined, asOf, againAt };
}

function isOnItsWay({ status }: Report): boolean {
  return status === 'IN_QUEUE' || status === 'IN_PROGRESS';
}

interface Finished extends TimeRange {
  documentId: string;
  asOf: string;
}

function finished({ status, documentId, from, to, createdTime }: Report): Finished[] {
  const isUsable = status === 'DONE' && documentId !== null && from !== null && to !== null;
  return isUsable ? [{ documentId, from, to, asOf: createdTime }] : [];
}

function covers(report: Finished, { from, to }: TimeRange): boolean {
  return (
    Date.parse(report.from) <= Date.parse(from) &&
    Date.parse(to) - Date.parse(report.to) <= STALE_MS
  );
}
