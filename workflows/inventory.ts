import { proxyActivities } from '@temporalio/workflow';
import type { Activities } from '../activities/create-activities';
import type { SyncPlan } from '../activities/sync-plan';
import { IMPORT_STEP } from './activity-options';
import type { RunningSync } from './running-sync';
import { settleAll } from './settle-all';

const { scanInventory } = proxyActivities<Activities>(IMPORT_STEP);

/** Inventory: a full scan of every marketplace. Amazon's "changed since" misses inbound stock. */
export function syncInventory(sync: RunningSync, plan: SyncPlan): Promise<void> {
  const run = sync.input;
  return settleAll(
    plan.connections.flatMap(({ connectionId, marketplaceIds }) =>
      marketplaceIds.map(async (marketplaceId) => {
        const { records } = await scanInventory({ run, connectionId, marketplaceId });
        sync.on({ type: 'imported', resource: 'inventory', records });
      }),
    ),
  );
}
