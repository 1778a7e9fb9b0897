import type { Report } from '../amazon/reports';
import type { TimeRange } from '../contract/time-range';
import type { ActivityDeps } from './activity-deps';
import type { AmazonCalls } from './amazon-calls';
import type { Attempt } from './attempt';
import type { ReportOutcome } from './report-activities';

/** Amazon makes such a report at most this often (SP-API documentation, report types, "near real-time" limits). */
const REGENERATED_MS = 4 * 60 * 60_000;

/** How far our clocks may be apart from Amazon's. */
const SKEW_MS = 10 * 60_000;

/** A report that Amazon has cancelled, and what it was asked for. */
interface Cancelled {
  connectionId: string;
  reportType: string;
  range: TimeRange;
}

/**
 * What a CANCELLED report stands for. Amazon says so both when there is nothing to report and when it has made
 * the same kind of report a moment ago; in the second case that one is there to be had, and is as fresh as Amazon
 * lets anybody be.
 */
export async function earlierReport(
  { now, clockSpeed }: ActivityDeps,
  amazon: AmazonCalls,
  attempt: Attempt,
  { connectionId, reportType, range }: Cancelled,
): Promise<ReportOutcome> {
  const createdSince = new Date(now() - REGENERATED_MS / clockSpeed - SKEW_MS).toISOString();
  const reports = await amazon.call(attempt, connectionId, 'getReports', (seller, signal) =>
    seller.findReports({ reportType, createdSince }, signal),
  );
  const [best] = reports.flatMap(finished).sort(byUse(range));
  return best === undefined ? { kind: 'nothing' } : { kind: 'earlier', ...best };
}

interface Finished extends TimeRange {
  documentId: string;
  asOf: string;
}

function finished({ status, documentId, from, to, createdTime }: Report): Finished[] {
  const isUsable = status === 'DONE' && documentId !== null && from !== null && to !== null;
  return isUsable ? [{ documentId, from, to, asOf: createdTime }] : [];
}

/** Those that begin early enough first, and the newest of them. */
function byUse({ from }: TimeRange): (a: Finished, b: Finished) => number {
  const isWhole = (report: Finished) => (report.from <= from ? 0 : 1);
  return (a, b) => isWhole(a) - isWhole(b) || (a.asOf < b.asOf ? 1 : -1);
}
