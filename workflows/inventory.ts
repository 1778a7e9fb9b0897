import { isCancellation, proxyActivities } from '@temporalio/workflow';
import type { Activities } from '../activities/create-activities';
import type { ConnectionPlan, SyncPlan } from '../activities/sync-plan';
import { IMPORT_STEP } from './activity-options';
import type { RunningSync } from './running-sync';
import { settleAll } from './settle-all';

const { scanInventory } = proxyActivities<Activities>(IMPORT_STEP);

/**
 * Scans of one connection at once. They share a quota of two pages a second, so more would not be faster: with
 * ten, a page waits longer for its turn than an attempt may, and with sixty longer than a page token lives.
 */
const LANES = 4;

/** Inventory: a full scan of every marketplace. Amazon's "changed since" misses inbound stock. */
export function syncInventory(sync: RunningSync, plan: SyncPlan): Promise<void> {
  return settleAll(plan.connections.map((connection) => inventoryOf(sync, connection)));
}

function inventoryOf(
  sync: RunningSync,
  { connectionId, marketplaceIds }: ConnectionPlan,
): Promise<void> {
  const lanes = Array.from({ length: LANES }, (_, lane) =>
    marketplaceIds.filter((_, index) => index % LANES === lane),
  );
  return settleAll(lanes.map((lane) => scanInTurn(sync, connectionId, lane)));
}

/** One after the other; one marketplace that fails must not keep out the others. */
async function scanInTurn(
  sync: RunningSync,
  connectionId: string,
  marketplaceIds: readonly string[],
): Promise<void> {
  const failures: unknown[] = [];
  for (const marketplaceId of marketplaceIds) {
    try {
      const { records } = await scanInventory({ run: sync.input, connectionId, marketplaceId });
      sync.on({ type: 'imported', resource: 'inventory', records });
    } catch (error) {
      failures.push(error);
    }
  }
  if (failures.length > 0) throw failures.find(isCancellation) ?? failures[0];
}
