import { proxyActivities } from '@temporalio/workflow';
import type { Activities } from '../activities/create-activities';
import { marketplaceNames } from '../contract/marketplaces';
import { IMPORT_STEP } from './activity-options';
import type { Seller } from './for-each-seller';
import { type Gap, inParts } from './in-parts';
import type { RunningSync } from './running-sync';
import { stepSummary } from './step-summary';

const { scanInventory } = proxyActivities<Activities>(IMPORT_STEP);

/**
 * Scans of one seller at once. They share a quota of two pages a second, so more would not be faster: with
 * ten, a page waits longer for its turn than an attempt may, and with sixty longer than a page token lives.
 */
const LANES = 4;

/** Inventory of one seller: a full scan of every marketplace. Amazon's "changed since" misses inbound stock. */
export function syncInventory(sync: RunningSync, seller: Seller): Promise<Gap[]> {
  const lanes: Promise<unknown>[] = [];
  return inParts(
    seller.marketplaceIds.map((marketplaceId, index) => {
      // After the one before it in its lane, however that ended.
      const turn = lanes[index % LANES] ?? Promise.resolve();
      const work = turn.then(() => scan(sync, seller, marketplaceId));
      lanes[index % LANES] = work.catch(() => undefined);
      return { name: marketplaceNames([marketplaceId]), work };
    }),
  );
}

async function scan(sync: RunningSync, seller: Seller, marketplaceId: string): Promise<Gap[]> {
  const { connectionId, marketplaces } = seller;
  const { records } = await marketplaces.request([marketplaceId], (_, patience) =>
    scanInventory.executeWithOptions(
      stepSummary('inventory', { marketplaceIds: [marketplaceId] }),
      [{ run: sync.input, connectionId, marketplaceId, patience }],
    ),
  );
  sync.on({ type: 'imported', resource: 'inventory', records });
  return [];
}
