import { activityInfo } from '@temporalio/activity';
import { AmazonUnavailable, MalformedAnswer } from '../amazon/errors';
import type { Report } from '../amazon/reports';
import type { Resource } from '../contract/resources';
import type { Run } from '../store/fence';
import {
  forgetRequestedReport,
  keepRequestedReport,
  type ReportRange,
  requestedReport,
} from '../store/report-requests';
import type { ActivityDeps } from './activity-deps';
import { ReportFatal, ReportWait } from './activity-errors';
import type { AmazonCalls } from './amazon-calls';
import { type Attempt, attempted } from './attempt';
import type { Range } from './sync-plan';

export interface ReportRequest {
  run: Run & { startedAt: string };
  resource: Resource;
  connectionId: string;
  marketplaceIds: string[];
  reportType: string;
  range: Range;
}

export interface ReportWaitInput {
  resource: Resource;
  connectionId: string;
  reportId: string;
}

/** Amazon takes from half a minute to many: look soon, then at longer and longer intervals. */
const FIRST_LOOK_MS = 10_000;
const LONGEST_LOOK_MS = 120_000;

export const createReportActivities = (deps: ActivityDeps, amazon: AmazonCalls) => ({
  /** Has Amazon start a report and returns its id; the same one however often this is tried. */
  requestReport(request: ReportRequest): Promise<string> {
    return attempted(deps, request.resource, async (attempt) => {
      const { db, now } = deps;
      const range = rangeOf(request);
      const since = new Date(request.run.startedAt);
      const known = await requestedReport(db, range, since);
      if (known !== undefined) return known;
      // createReport has no idempotency key: after an answer that never came, Amazon may have the report.
      const lost = attempt.details.ambiguous
        ? await lostReport(amazon, attempt, request, since)
        : undefined;
      const reportId = lost ?? (await createReport(amazon, attempt, request));
      await keepRequestedReport(db, range, reportId, new Date(now()));
      return reportId;
    });
  },

  /** Waits for a report. Returns its document, or null when Amazon has nothing to report. */
  awaitReport({ resource, connectionId, reportId }: ReportWaitInput): Promise<string | null> {
    return attempted(deps, resource, async (attempt) => {
      const report = await amazon.call(attempt, connectionId, 'getReport', (seller, signal) =>
        seller.getReport(reportId, signal),
      );
      switch (report.status) {
        case 'DONE':
          return report.documentId;
        case 'CANCELLED':
          return null;
        case 'FATAL':
          await forgetRequestedReport(deps.db, connectionId, reportId);
          throw new ReportFatal(report.reportType);
        default:
          throw new ReportWait(nextLook(deps));
      }
    });
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
  { connectionId, reportType, range }: ReportRequest,
  since: Date,
): Promise<string | undefined> {
  const reports = await amazon.call(attempt, connectionId, 'getReports', (seller, signal) =>
    seller.findReports({ reportType, createdSince: since.toISOString() }, signal),
  );
  return reports.find((report) => isAlive(report) && covers(report, range))?.reportId;
}

function isAlive({ status }: Report): boolean {
  return status !== 'CANCELLED' && status !== 'FATAL';
}

function covers(report: Report, { from, to }: Range): boolean {
  return sameTime(report.from, from) && sameTime(report.to, to);
}

function sameTime(a: string | null, b: string): boolean {
  return a !== null && Date.parse(a) === Date.parse(b);
}

function rangeOf({ connectionId, reportType, range }: ReportRequest): ReportRange {
  return { connectionId, reportType, from: new Date(range.from), to: new Date(range.to) };
}

/** A quarter of the time waited so far: a long report costs few looks, a short one little delay. */
function nextLook({ now, clockSpeed }: ActivityDeps): number {
  const waited = (now() - activityInfo().scheduledTimestampMs) * clockSpeed;
  const delay = Math.min(Math.max(waited / 4, FIRST_LOOK_MS), LONGEST_LOOK_MS);
  return now() + delay / clockSpeed;
}
