import type { AttemptDetails } from '../contract/attempt-details';
import type { ReportOutcome } from '../contract/report-outcome';
import type { AccountResource } from '../contract/resources';
import type { TimeRange } from '../contract/time-range';
import type { Run } from '../store/fence';
import { ACCOUNT_REPORTS } from './account-reports';
import type { ActivityDeps } from './activity-deps';
import type { AmazonCalls } from './amazon-calls';
import { type Attempt, attempted } from './attempt';
import type { Patience } from './failure-of';
import { type AccountCursor, importDocument } from './import-document';
import type { ReportSteps } from './report-steps';
import { attemptedAt } from './waiting';

export interface ImportAccountReport {
  run: Run & { startedAt: string };
  resource: AccountResource;
  connectionId: string;
  marketplaceIds: string[];
  reportType: string;
  range: TimeRange;
  patience: Patience;
  /** When Amazon makes the next report of this type, ISO UTC; null for now. */
  notBefore: string | null;
  /** Whether an older report that does not have all of the range is of no use. */
  onlyWhole: boolean;
  /** Null while parts of the range are still to come. */
  cursor: {
    /** Where it stays unless all is there. */
    watermark: string;
    /** Where it goes. */
    to: string;
    /** Whether the parts before are there. */
    isWhole: boolean;
  } | null;
}

type RequestedReport = NonNullable<AttemptDetails['report']>;

export type AccountReportImport =
  | { kind: 'imported'; records: number; isWhole: boolean }
  /** Amazon makes no new one before `againAt`, and has no older one of the whole range. */
  | { kind: 'too_soon'; againAt: string };

export const createAccountReportActivities = (
  deps: ActivityDeps,
  amazon: AmazonCalls,
  steps: ReportSteps,
) => ({
  /**
   * All there is to do for one report of an account: has Amazon make it, waits for it, streams it into the database and
   * moves the cursor. One activity of three steps, since each activity is six events of a sync's history.
   */
  importAccountReport(input: ImportAccountReport): Promise<AccountReportImport> {
    const { connectionId, resource, range, onlyWhole, cursor, run } = input;
    // Noted with since when it is waited for: what has been asked for once is not asked for again. Faults before that are
    // over, as they are where each step is an activity of its own.
    const requested = async (attempt: Attempt): Promise<RequestedReport> => {
      const report = { id: await steps.request(attempt, input), since: attemptedAt() };
      attempt.note({ report, faults: 0 });
      return report;
    };
    // Noted too: whoever asks later hears another answer where an earlier report has got too old to be found.
    const outcomeOf = async (attempt: Attempt) => {
      const report = attempt.details.report ?? (await requested(attempt));
      if (report.outcome !== undefined) return report.outcome;
      const outcome = await steps.outcome(
        attempt,
        { resource, connectionId, range, reportId: report.id },
        () => attemptedAt() - report.since,
      );
      attempt.note({ report: { ...report, outcome }, faults: 0 });
      return outcome;
    };
    const work = async (attempt: Attempt): Promise<AccountReportImport> => {
      const outcome = await outcomeOf(attempt);
      const isWhole = outcome.kind !== 'earlier' || outcome.whole;
      if (!isWhole && onlyWhole) return { kind: 'too_soon', againAt: outcome.againAt };
      const { records } = await importDocument(deps, amazon, attempt, ACCOUNT_REPORTS[resource], {
        run,
        connectionId,
        resource,
        documentId: outcome.kind === 'nothing' ? null : outcome.documentId,
        cursor: cursor && cursorAfter(cursor, outcome),
      });
      return { kind: 'imported', records, isWhole };
    };
    return attempted(deps, resource, work, input.patience);
  },
});

/** Where the cursor goes. It stays where it was unless a report says so, so that nothing is skipped. */
function cursorAfter(
  { watermark, to, isWhole }: NonNullable<ImportAccountReport['cursor']>,
  outcome: ReportOutcome,
): AccountCursor {
  switch (outcome.kind) {
    case 'document':
      return { watermark: isWhole ? to : watermark, asOf: null };
    case 'earlier':
      return { watermark: isWhole && outcome.whole ? outcome.to : watermark, asOf: outcome.asOf };
    case 'nothing':
      return { watermark, asOf: null };
    default:
      return outcome satisfies never;
  }
}
