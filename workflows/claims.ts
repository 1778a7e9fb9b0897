import { proxyActivities } from '@temporalio/workflow';
import type { Activities } from '../activities/create-activities';
import type { AccountCursor } from '../activities/import-document';
import type { ReportPlan } from '../activities/sync-plan';
import type { ReportOutcome } from '../contract/report-outcome';
import type { TimeRange } from '../contract/time-range';
import { IMPORT_STEP } from './activity-options';
import { fetchReport } from './fetch-report';
import type { Seller } from './for-each-seller';
import { importOrSplit } from './import-or-split';
import type { Gap } from './in-parts';
import type { RunningSync } from './running-sync';
import { stepSummary } from './step-summary';
import { isLate, tooSoon } from './too-soon';

const { importClaims } = proxyActivities<Activities>(IMPORT_STEP);

/**
 * Claims of one seller, as syncs fetch them that began before one step did all of it, or that a worker of then planned: one
 * reimbursements report, or several where Amazon cannot make one of the whole range.
 */
export async function syncClaims(
  sync: RunningSync,
  seller: Seller,
  claims: ReportPlan,
): Promise<Gap[]> {
  const { connectionId } = seller;
  const run = sync.input;
  const gaps: Gap[] = [];
  await importOrSplit(sync, 'claims', claims.range, async (range, isLast) => {
    const outcome = await claimsReport(sync, seller, claims, range);
    if (outcome.kind === 'earlier' && !outcome.whole) gaps.push(tooSoon('claims'));
    const { records } = await importClaims.executeWithOptions(stepSummary('claims', { range }), [
      {
        run,
        connectionId,
        documentId: outcome.kind === 'nothing' ? null : outcome.documentId,
        cursor: isLast ? cursorAfter(claims, outcome, gaps.length === 0) : null,
      },
    ]);
    sync.on({ type: 'imported', resource: 'claims', records });
  });
  return gaps;
}

/**
 * A report of a range. Amazon makes one only every four hours: for a part of a range, of which no report of before
 * can have it all, the next one is waited for. A whole range is not: the next sync asks for it again.
 */
async function claimsReport(
  sync: RunningSync,
  seller: Seller,
  { reportType, range: whole }: ReportPlan,
  range: TimeRange,
): Promise<ReportOutcome> {
  const { marketplaceIds } = seller;
  const report = { resource: 'claims', marketplaceIds, reportType, range } as const;
  const isPart = range.from !== whole.from || range.to !== whole.to;
  let outcome = await fetchReport(sync, seller, report);
  while (isPart && outcome.kind === 'earlier' && !outcome.whole && !isLate(sync, outcome.againAt)) {
    sync.on({ type: 'repeated', resource: 'claims' });
    outcome = await fetchReport(sync, seller, { ...report, notBefore: outcome.againAt });
  }
  return outcome;
}

/** How far the claims have come. It stays where it was unless a report says so, so that nothing is skipped. */
function cursorAfter(
  { range, watermark }: ReportPlan,
  outcome: ReportOutcome,
  isWhole: boolean,
): AccountCursor {
  switch (outcome.kind) {
    case 'document':
      return { watermark: isWhole ? range.to : watermark, asOf: null };
    case 'earlier':
      return { watermark: isWhole ? outcome.to : watermark, asOf: outcome.asOf };
    case 'nothing':
      return { watermark, asOf: null };
    default:
      return outcome satisfies never;
  }
}
