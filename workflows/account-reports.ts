import { proxyActivities } from '@temporalio/workflow';
import type {
  AccountReportImport,
  ImportAccountReport,
} from '../activities/account-report-activities';
import type { Activities } from '../activities/create-activities';
import type { AccountReportPlan } from '../activities/sync-plan';
import { FAILURE } from '../contract/failures';
import { ACCOUNT_REPORT_STEP } from './activity-options';
import { failureTypeOf } from './failure-type-of';
import type { Seller } from './for-each-seller';
import { importOrSplit } from './import-or-split';
import type { Gap } from './in-parts';
import type { RunningSync } from './running-sync';
import { stepSummary } from './step-summary';
import { isLate, tooSoon } from './too-soon';

const { importAccountReport } = proxyActivities<Activities>(ACCOUNT_REPORT_STEP);

/**
 * Claims or a later resource of one seller: one report, or several where Amazon cannot make one of the whole range. All there is
 * to do for a report is one activity, so that a resource is six events of a history and not eighteen.
 */
export async function syncAccountReport(
  sync: RunningSync,
  seller: Seller,
  plan: AccountReportPlan,
): Promise<Gap[]> {
  const { resource, reportType, range, watermark } = plan;
  const { connectionId } = seller;
  const gaps: Gap[] = [];
  await importOrSplit(sync, resource, range, async (part, isLast) => {
    const isPart = part.from !== range.from || part.to !== range.to;
    const cursor = isLast ? { watermark, to: range.to, isWhole: gaps.length === 0 } : null;
    const report = { run: sync.input, resource, connectionId, reportType, range: part, cursor };
    // Of a part of a range no report of before can have all: the next one is waited for, unless that is too long.
    let result = await imported(sync, seller, { ...report, notBefore: null, onlyWhole: isPart });
    while (result.kind === 'too_soon') {
      const { againAt } = result;
      const waits = !isLate(sync, againAt);
      const notBefore = waits ? againAt : null;
      result = await imported(sync, seller, { ...report, notBefore, onlyWhole: waits });
    }
    if (!result.isWhole) gaps.push(tooSoon(resource));
    for (const type of ['requested', 'ready'] as const) sync.on({ type, resource });
    sync.on({ type: 'imported', resource, records: result.records });
  });
  return gaps;
}

async function imported(
  sync: RunningSync,
  { marketplaces, marketplaceIds: all }: Seller,
  report: Omit<ImportAccountReport, 'marketplaceIds' | 'patience'>,
): Promise<AccountReportImport> {
  try {
    return await marketplaces.request(all, (marketplaceIds, patience) =>
      importAccountReport.executeWithOptions(
        stepSummary(report.resource, { marketplaceIds, range: report.range }),
        [{ ...report, marketplaceIds, patience }],
      ),
    );
  } catch (error) {
    // One that Amazon could not make was asked for all the same: two of half its range take its place.
    if (failureTypeOf(error) === FAILURE.reportFatal)
      sync.on({ type: 'requested', resource: report.resource });
    throw error;
  }
}
