import { proxyActivities } from '@temporalio/workflow';
import type { Activities } from '../activities/create-activities';
import type { OrdersGroup, OrdersReports } from '../activities/sync-plan';
import { marketplaceNames } from '../contract/marketplaces';
import type { TimeRange } from '../contract/time-range';
import { DATABASE_STEP, IMPORT_STEP, SEARCH_STEP } from './activity-options';
import { fetchReport } from './fetch-report';
import type { Seller } from './for-each-seller';
import { importOrSplit } from './import-or-split';
import { type Gap, inParts } from './in-parts';
import type { RunningSync } from './running-sync';
import { settleAll } from './settle-all';
import { stepSummary } from './step-summary';

const { importOrders } = proxyActivities<Activities>(IMPORT_STEP);
const { searchOrders } = proxyActivities<Activities>(SEARCH_STEP);
const { completeOrders } = proxyActivities<Activities>(DATABASE_STEP);

/** Orders of one seller: what there is by report, all windows at once, then a search for what is newer. */
export function syncOrders(sync: RunningSync, seller: Seller): Promise<Gap[]> {
  return inParts(
    seller.work.orders.map((group) => ({
      name: marketplaceNames(group.marketplaceIds),
      work: ordersOf(sync, seller, group),
    })),
  );
}

async function ordersOf(sync: RunningSync, seller: Seller, group: OrdersGroup): Promise<Gap[]> {
  const { connectionId, marketplaces } = seller;
  const run = sync.input;
  if (group.bulk !== null) await importReports(sync, seller, group.marketplaceIds, group.bulk);
  const { records } = await marketplaces.request(group.marketplaceIds, (ids, patience) =>
    searchOrders.executeWithOptions(
      stepSummary(`orders since ${group.searchFrom}`, { marketplaceIds: ids }),
      [
        {
          run,
          connectionId,
          marketplaceIds: ids,
          lastUpdatedAfter: group.searchFrom,
          patience,
        },
      ],
    ),
  );
  sync.on({ type: 'imported', resource: 'orders', records });
  return marketplaces.gaps(group.marketplaceIds);
}

async function importReports(
  sync: RunningSync,
  seller: Seller,
  marketplaceIds: readonly string[],
  { reportType, windows, watermark }: OrdersReports,
): Promise<void> {
  const { connectionId, marketplaces } = seller;
  const run = sync.input;
  const importWindow = async (range: TimeRange) => {
    const report = { resource: 'orders', marketplaceIds, reportType, range } as const;
    const outcome = await fetchReport(sync, seller, report);
    const { records } =
      outcome.kind === 'nothing'
        ? { records: 0 }
        : await importOrders.executeWithOptions(stepSummary('orders', { range }), [
            { run, connectionId, documentId: outcome.documentId },
          ]);
    sync.on({ type: 'imported', resource: 'orders', records });
  };
  await settleAll(windows.map((range) => importOrSplit(sync, 'orders', range, importWindow)));
  // Only now, with every window in, and for those that every window was asked for: a cursor never runs ahead.
  const accepted = marketplaces.accepted(marketplaceIds);
  const about = stepSummary(`orders are whole until ${watermark}`, { marketplaceIds: accepted });
  await completeOrders.executeWithOptions(about, [
    { run, connectionId, marketplaceIds: accepted, watermark },
  ]);
}
