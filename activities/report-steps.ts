import { AmazonUnavailable, MalformedAnswer } from '../amazon/errors';
import { isMadeAnyTime, type Report } from '../amazon/reports';
import type { ReportOutcome } from '../contract/report-outcome';
import type { Resource } from '../contract/resources';
import type { TimeRange } from '../contract/time-range';
import type { ReportEnd } from '../observability/observer';
import type { Run } from '../store/fence';
import {
  forgetRequestedReport,
  keepRequestedReport,
  type ReportRange,
  requestedReport,
} from '../store/report-requests';
import type { ActivityDeps } from './activity-deps';
import { QuotaWait, ReportFatal, ReportStuck, ReportWait } from './activity-errors';
import type { AmazonCalls } from './amazon-calls';
import type { Attempt } from './attempt';
import { earlierReport } from './earlier-report';
import type { Patience } from './failure-of';
import { nextLook } from './next-look';
import { syncingUser } from './syncing-user';

export interface ReportRequest {
  run: Run & { startedAt: string };
  resource: Resource;
  connectionId: string;
  marketplaceIds: string[];
  reportType: string;
  range: TimeRange;
  patience: Patience;
  /** When Amazon makes the next report of this type, ISO UTC; null for now. */
  notBefore: string | null;
}

export interface ReportWaitInput {
  resource: Resource;
  connectionId: string;
  reportId: string;
  range: TimeRange;
}

/** Reports take minutes, on Amazon's worst days an hour. One that takes longer was lost. */
const STUCK_HOURS = 2;
const STUCK_MS = STUCK_HOURS * 60 * 60_000;

/** How far our clocks may be apart from Amazon's. */
const SKEW_MS = 10 * 60_000;

export type ReportSteps = ReturnType<typeof createReportSteps>;

/** Since when a report has been waited for, as an activity knows it. */
type WaitedMs = () => number;

/** The two steps to a report's document; an activity is one of them, or both and the import behind them. */
export const createReportSteps = (deps: ActivityDeps, amazon: AmazonCalls) => ({
  /**
   * Has Amazon start a report and returns its id; the same one however often this is tried, and the one that an
   * earlier sync has asked for if its range was the same.
   */
  async request(attempt: Attempt, request: ReportRequest): Promise<string> {
    const { now } = deps;
    const db = deps.db.ofUser(request.run.userKey);
    const notBefore = request.notBefore === null ? 0 : Date.parse(request.notBefore);
    if (now() < notBefore) throw new QuotaWait(notBefore);
    const range = rangeOf(request);
    const known = await requestedReport(db, range);
    if (known !== undefined) return known;
    // createReport has no idempotency key: after an answer that never came, Amazon may have the report.
    const lost = attempt.details.ambiguous ? await lostReport(amazon, attempt, request) : undefined;
    const reportId = lost ?? (await createReport(amazon, attempt, request));
    await keepRequestedReport(db, range, reportId, new Date(now()));
    return reportId;
  },

  /** How a report came out; throws what ends the attempt where that is not known yet. */
  async outcome(
    attempt: Attempt,
    { resource, connectionId, reportId, range }: ReportWaitInput,
    waited: WaitedMs,
  ): Promise<ReportOutcome> {
    const ended = (end: ReportEnd) => deps.observer.reportEnded(resource, end, waited() / 1000);
    const report = await amazon.call(attempt, connectionId, 'getReport', (seller, signal) =>
      seller.getReport(reportId, signal),
    );
    switch (report.status) {
      case 'DONE':
        if (report.documentId === null) throw new Error('A report is done without a document');
        ended('done');
        return { kind: 'document', documentId: report.documentId };
      case 'CANCELLED': {
        await forgetRequestedReport(deps.db.ofUser(syncingUser()), connectionId, reportId);
        // Only reports that Amazon makes a few times a day are refused for being asked for too soon.
        if (isMadeAnyTime(report.reportType)) {
          ended('cancelled');
          return { kind: 'nothing' };
        }
        const cancelled = { connectionId, range, ...report };
        const earlier = await earlierReport(deps, amazon, attempt, cancelled);
        if (earlier === null) throw lookLater(deps, attempt, waited, ended);
        ended('cancelled');
        return earlier;
      }
      case 'FATAL':
        await forgetRequestedReport(deps.db.ofUser(syncingUser()), connectionId, reportId);
        ended('fatal');
        throw new ReportFatal();
      default:
        throw lookLater(deps, attempt, waited, ended);
    }
  },
});

async function createReport(
  amazon: AmazonCalls,
  attempt: Attempt,
  { connectionId, reportType, marketplaceIds, range }: ReportRequest,
): Promise<string> {
  // Noted before, since a worker that is killed says nothing after; and kept when the id cannot be kept.
  attempt.note({ ambiguous: true });
  try {
    return await amazon.call(attempt, connectionId, 'createReport', (seller, signal) =>
      seller.createReport({ reportType, marketplaceIds, ...range }, signal),
    );
  } catch (error) {
    const unknown = error instanceof AmazonUnavailable || error instanceof MalformedAnswer;
    attempt.note({ ambiguous: unknown });
    throw error;
  }
}

async function lostReport(
  amazon: AmazonCalls,
  attempt: Attempt,
  { connectionId, reportType, marketplaceIds, range, run }: ReportRequest,
): Promise<string | undefined> {
  const createdSince = new Date(Date.parse(run.startedAt) - SKEW_MS).toISOString();
  const reports = await amazon.call(attempt, connectionId, 'getReports', (seller, signal) =>
    seller.findReports({ reportType, createdSince }, signal),
  );
  return reports.find(
    (report) =>
      isAlive(report) && covers(report, range) && isFor(report.marketplaceIds, marketplaceIds),
  )?.reportId;
}

function isAlive({ status }: Report): boolean {
  return status !== 'CANCELLED' && status !== 'FATAL';
}

function covers(report: Report, { from, to }: TimeRange): boolean {
  return sameTime(report.from, from) && sameTime(report.to, to);
}

function sameTime(a: string | null, b: string): boolean {
  return a !== null && Date.parse(a) === Date.parse(b);
}

/** Amazon may leave the marketplaces out of a report's description. */
function isFor(named: readonly string[], asked: readonly string[]): boolean {
  return named.length === 0 || [...named].sort().join() === [...asked].sort().join();
}

function rangeOf(request: ReportRequest): ReportRange {
  const { connectionId, reportType, marketplaceIds, range } = request;
  const { from, to } = range;
  return { connectionId, reportType, marketplaceIds, from: new Date(from), to: new Date(to) };
}

/**
 * What a report that is not finished ends an attempt with. Amazon has answered all that it was asked: faults before
 * that are over, as they are not after a wait for a quota.
 */
function lookLater(
  { now, clockSpeed }: ActivityDeps,
  attempt: Attempt,
  waited: WaitedMs,
  ended: (end: ReportEnd) => void,
): ReportWait | ReportStuck {
  attempt.note({ faults: 0 });
  const waitedAtAmazon = waited() * clockSpeed;
  if (waitedAtAmazon <= STUCK_MS)
    return new ReportWait(now() + nextLook(waitedAtAmazon) / clockSpeed);
  ended('stuck');
  return new ReportStuck(STUCK_HOURS);
}
