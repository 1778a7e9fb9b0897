import { proxyActivities } from '@temporalio/workflow';
import type { Activities } from '../activities/create-activities';
import type { ReportOutcome } from '../contract/report-outcome';
import type { Resource } from '../contract/resources';
import type { TimeRange } from '../contract/time-range';
import { REPORT_STEP } from './activity-options';
import type { Seller } from './for-each-seller';
import type { RunningSync } from './running-sync';
import { stepSummary } from './step-summary';

const { requestReport, awaitReport } = proxyActivities<Activities>(REPORT_STEP);

export interface ReportToFetch {
  resource: Resource;
  marketplaceIds: readonly string[];
  reportType: string;
  range: TimeRange;
  /** When Amazon makes the next report of this type, ISO UTC. Default: now. */
  notBefore?: string | null;
}

/** Has Amazon make a report and waits for it. */
export async function fetchReport(
  sync: RunningSync,
  { connectionId, marketplaces }: Seller,
  { resource, marketplaceIds, reportType, range, notBefore = null }: ReportToFetch,
): Promise<ReportOutcome> {
  const reportId = await marketplaces.request(marketplaceIds, (ids, patience) =>
    requestReport.executeWithOptions(stepSummary(resource, { marketplaceIds: ids, range }), [
      {
        run: sync.input,
        resource,
        connectionId,
        marketplaceIds: ids,
        reportType,
        range,
        patience,
        notBefore,
      },
    ]),
  );
  sync.on({ type: 'requested', resource });
  const about = stepSummary(`${resource}, report ${reportId}`, { range });
  const outcome = await awaitReport.executeWithOptions(about, [
    { resource, connectionId, reportId, range },
  ]);
  sync.on({ type: 'ready', resource });
  return outcome;
}
