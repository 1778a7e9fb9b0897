import { proxyActivities } from '@temporalio/workflow';
import type { ClaimsCursor } from '../activities/claims-activities';
import type { Activities } from '../activities/create-activities';
import type { ReportOutcome } from '../activities/report-activities';
import type { ClaimsPlan } from '../activities/sync-plan';
import { IMPORT_STEP } from './activity-options';
import type { Seller } from './connections';
import { fetchReport } from './fetch-report';
import type { Gap } from './in-parts';
import type { RunningSync } from './running-sync';
import { importOrSplit } from './split-range';

const { importClaims } = proxyActivities<Activities>(IMPORT_STEP);

/** Claims of one seller: one reimbursements report, or several where Amazon cannot make one of the whole range. */
export async function syncClaims(sync: RunningSync, seller: Seller): Promise<Gap[]> {
  const { connectionId, marketplaceIds, work } = seller;
  const { claims } = work;
  const { reportType } = claims;
  const run = sync.input;
  await importOrSplit(sync, 'claims', claims.range, async (range, isLast) => {
    const report = { resource: 'claims', marketplaceIds, reportType, range } as const;
    const outcome = await fetchReport(sync, seller, report);
    const { records } = await importClaims({
      run,
      connectionId,
      documentId: outcome.kind === 'nothing' ? null : outcome.documentId,
      cursor: isLast ? cursorAfter(claims, outcome) : null,
    });
    sync.on({ type: 'imported', resource: 'claims', records });
  });
  return [];
}

/** How far the claims have come. It stays where it was unless a report says so, so that nothing is skipped. */
function cursorAfter({ range, watermark }: ClaimsPlan, outcome: ReportOutcome): ClaimsCursor {
  switch (outcome.kind) {
    case 'document':
      return { watermark: range.to, asOf: null };
    case 'earlier':
      return {
        watermark: outcome.from <= range.from ? outcome.to : watermark,
        asOf: outcome.asOf,
      };
    case 'nothing':
      return { watermark, asOf: null };
    default:
      return outcome satisfies never;
  }
}
