import { proxyActivities } from '@temporalio/workflow';
import type { Activities } from '../activities/create-activities';
import type { ReportRequest } from '../activities/report-activities';
import { REPORT_STEP } from './activity-options';
import type { RunningSync } from './running-sync';

const { requestReport, awaitReport } = proxyActivities<Activities>(REPORT_STEP);

/** Has Amazon make a report. Returns its document, or null where Amazon has nothing to report. */
export async function fetchReport(
  sync: RunningSync,
  request: Omit<ReportRequest, 'run'>,
): Promise<string | null> {
  const { resource, connectionId } = request;
  const reportId = await requestReport({ ...request, run: sync.input });
  sync.on({ type: 'requested', resource });
  const documentId = await awaitReport({ resource, connectionId, reportId });
  sync.on({ type: 'ready', resource });
  return documentId;
}
