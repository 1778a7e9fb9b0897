import type { ReportOutcome } from '../contract/report-outcome';
import type { ActivityDeps } from './activity-deps';
import { attempted } from './attempt';
import type { ReportRequest, ReportSteps, ReportWaitInput } from './report-steps';
import { waitedMs } from './waiting';

export const createReportActivities = (deps: ActivityDeps, steps: ReportSteps) => ({
  /** Has Amazon start a report and returns its id. */
  requestReport(request: ReportRequest): Promise<string> {
    return attempted(
      deps,
      request.resource,
      (attempt) => steps.request(attempt, request),
      request.patience,
    );
  },

  /** Waits for a report. */
  awaitReport(input: ReportWaitInput): Promise<ReportOutcome> {
    return attempted(deps, input.resource, (attempt) => steps.outcome(attempt, input, waitedMs));
  },
});
