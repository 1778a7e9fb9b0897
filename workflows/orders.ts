import { proxyActivities } from '@temporalio/workflow';
import type { Activities } from '../activities/create-activities';
import type { ConnectionPlan, SyncPlan } from '../activities/sync-plan';
import { DATABASE_STEP, IMPORT_STEP, SEARCH_STEP } from './activity-options';
import { fetchReport } from './fetch-report';
import type { RunningSync } from './running-sync';
import { settleAll } from './settle-all';

const { importOrders } = proxyActivities<Activities>(IMPORT_STEP);
const { searchOrders } = proxyActivities<Activities>(SEARCH_STEP);
const { completeOrders } = proxyActivities<Activities>(DATABASE_STEP);

/** Orders: all windows of a connection at once by report, or one search from where the last sync ended. */
export function syncOrders(sync: RunningSync, plan: SyncPlan): Promise<void> {
  return settleAll(plan.connections.map((connection) => ordersOf(sync, connection)));
}

async function ordersOf(sync: RunningSync, connection: ConnectionPlan): Promise<void> {
  const { connectionId, marketplaceIds, orders } = connection;
  const run = sync.input;
  if (orders.kind === 'search') {
    const { lastUpdatedAfter } = orders;
    const { records } = await searchOrders({ run, connectionId, marketplaceIds, lastUpdatedAfter });
    sync.on({ type: 'imported', resource: 'orders', records });
    return;
  }
  const { reportType, windows, watermark } = orders;
  await settleAll(
    windows.map(async (range) => {
      const request = {
        resource: 'orders',
        connectionId,
        marketplaceIds,
        reportType,
        range,
      } as const;
      const documentId = await fetchReport(sync, request);
      const { records } =
        documentId === null
          ? { records: 0 }
          : await importOrders({ run, connectionId, documentId });
      sync.on({ type: 'imported', resource: 'orders', records });
    }),
  );
  // Only now, with every window in: a cursor never runs ahead of its rows.
  await completeOrders({ run, connectionId, watermark });
}
