import { proxyActivities } from '@temporalio/workflow';
import type { Activities } from '../activities/create-activities';
import type { SyncPlan } from '../activities/sync-plan';
import { IMPORT_STEP } from './activity-options';
import { fetchReport } from './fetch-report';
import type { RunningSync } from './running-sync';
import { settleAll } from './settle-all';

const { importClaims } = proxyActivities<Activities>(IMPORT_STEP);

/** Claims: one reimbursements report for each connection. */
export function syncClaims(sync: RunningSync, plan: SyncPlan): Promise<void> {
  const run = sync.input;
  return settleAll(
    plan.connections.map(async ({ connectionId, marketplaceIds, claims }) => {
      const { reportType, range } = claims;
      const request = {
        resource: 'claims',
        connectionId,
        marketplaceIds,
        reportType,
        range,
      } as const;
      const documentId = await fetchReport(sync, request);
      const { records } = await importClaims({ run, connectionId, documentId, range });
      sync.on({ type: 'imported', resource: 'claims', records });
    }),
  );
}
