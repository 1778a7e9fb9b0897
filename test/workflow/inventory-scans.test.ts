import type { TestWorkflowEnvironment } from '@temporalio/testing';
import type { SyncPlan } from '../../activities/sync-plan';
import type { SyncState } from '../../contract/sync-state';
import { SYNC_STATE_QUERY } from '../../contract/sync-workflow';
import { inventoryPages } from '../../store/inventory-pages';
import { eventually } from '../eventually';
import { allGood, FIRST_SYNC, final, gate, wait } from './fake-world';
import { onServerTime, openRealWorld, type RealWorld } from './real-activities';
import { knownUser } from './recorded-syncs';
import { ITEM, outage, scriptedAmazon } from './scripted-amazon';
import { type RunningSync, runSync } from './sync-runs';
import { realServer, startTimeSkipping } from './temporal-servers';

const TWELVE = Array.from({ length: 12 }, (_, index) => `market-${index + 1}`);

let skipping: TestWorkflowEnvironment;
let real: TestWorkflowEnvironment;
let world: RealWorld;
beforeAll(async () => {
  [skipping, real, world] = await Promise.all([startTimeSkipping(), realServer(), openRealWorld()]);
});
afterAll(async () => {
  await skipping?.teardown();
  await real?.teardown();
  await world?.close();
});

test('of each connection four marketplaces are scanned at once, and every one once', async () => {
  const scanned: string[] = [];
  const running = new Map<string, number>();
  const most = new Map<string, number>();
  const began = gate();
  const counted = gate();
  const pending: number[] = [];
  await runSync(
    real,
    {
      ...allGood,
      prepareSync: async () => planOf('na', 'eu'),
      scanInventory: async ({ connectionId, marketplaceId }) => {
        const now = (running.get(connectionId) ?? 0) + 1;
        running.set(connectionId, now);
        most.set(connectionId, Math.max(now, most.get(connectionId) ?? 0));
        if (scanned.push(`${connectionId} ${marketplaceId}`) === 8) began.open();
        await counted.opened;
        running.set(connectionId, (running.get(connectionId) ?? 0) - 1);
        return { records: 5 };
      },
    },
    {
      during: async ({ handle }) => {
        await began.opened;
        // Those that a worker has not taken up are among them.
        pending.push(await pendingScans(handle));
        counted.open();
      },
    },
  );
  expect(pending).toEqual([8]);
  expect(Object.fromEntries(most)).toEqual({ na: 4, eu: 4 });
  const all = ['na', 'eu'].flatMap((connection) => TWELVE.map((id) => `${connection} ${id}`));
  expect(scanned.sort()).toEqual(all.sort());
});

test('marketplaces whose scans fail for good keep no other from being scanned', async () => {
  const scanned: string[] = [];
  const sync = await runSync(skipping, {
    ...allGood,
    prepareSync: async () => planOf('na'),
    // Two in a row of the four that come first, and the last of all.
    scanInventory: async ({ marketplaceId }) => {
      scanned.push(marketplaceId);
      if (['market-1', 'market-2', 'market-12'].includes(marketplaceId)) {
        throw final('invalid_request', `Amazon refused ${marketplaceId}`);
      }
      return { records: 5 };
    },
  });
  expect(scanned.sort()).toEqual([...TWELVE].sort());
  expect(sync.state).toMatchObject({
    status: 'complete',
    resources: {
      orders: { outcome: 'complete' },
      inventory: {
        outcome: 'complete',
        imported: 9,
        records: 45,
        error: {
          type: 'invalid_request',
          message: 'market-1: Amazon refused market-1; also missing: market-2, market-12',
        },
      },
      claims: { outcome: 'complete' },
    },
  });
});

test('a sync that is cancelled after a scan has failed ends cancelled, and scans nothing more', async () => {
  const scanned: string[] = [];
  const sync = await runSync(
    real,
    {
      ...allGood,
      prepareSync: async () => planOf('na'),
      scanInventory: async ({ marketplaceId }) => {
        scanned.push(marketplaceId);
        if (marketplaceId === 'market-1')
          throw final('invalid_request', 'Amazon refused the request');
        if (marketplaceId === 'market-5') throw wait('quota', 'inventory', 3_600_000);
        return { records: 5 };
      },
    },
    {
      during: async ({ handle }) => {
        await eventually('all is done but the lane of the two', async () => {
          const { resources } = await handle.query<SyncState>(SYNC_STATE_QUERY);
          const { orders, inventory, claims } = resources;
          const done = [orders, claims].every(({ outcome }) => outcome === 'complete');
          return (done && inventory.imported === 9 && scanned.includes('market-5')) || undefined;
        });
        await handle.cancel();
      },
    },
  );
  expect(sync.status).toBe('CANCELLED');
  expect(scanned.sort()).toEqual(TWELVE.filter((id) => id !== 'market-9').sort());
});

// At Amazon's own pace, since what goes wrong is that a page waits for its turn longer than an attempt may, and
// then starts over: with twelve scans at once each page has 12 × 0.51 = 6 s to wait, and with four two. A second page
// for the first four shows it, and keeps this at seven seconds; a first sync would wait for its reports for a minute.
test('the inventory of twelve marketplaces takes exactly one request a page', async () => {
  const { userKey } = await knownUser(world, TWELVE);
  const longer = TWELVE.slice(0, 4);
  const requests: string[] = [];
  const amazon = scriptedAmazon({
    inventoryPage: async ({ marketplaceId, nextToken }) => {
      requests.push(`${marketplaceId} ${nextToken ?? 'first'}`);
      return {
        items: [{ ...ITEM, sku: `${marketplaceId}-${nextToken ?? 'first'}` }],
        nextToken: longer.includes(marketplaceId) && nextToken === undefined ? 'second' : null,
      };
    },
  });
  const sync = await runSync(real, world.activities({ amazon, now: Date.now }), { userKey });
  const pages = [...TWELVE.map((id) => `${id} first`), ...longer.map((id) => `${id} second`)];
  expect(requests.sort()).toEqual(pages.sort());
  expect(sync.state?.resources.inventory).toMatchObject({ outcome: 'complete', records: 16 });
});

test('stock that only a scan has seen which broke off is gone after the one that did not', async () => {
  const { userKey } = await world.connectedUser();
  let attempts = 0;
  const amazon = scriptedAmazon({
    inventoryPage: async ({ nextToken }) => {
      if (nextToken !== undefined) throw outage();
      attempts += 1;
      return attempts === 1
        ? { items: [{ ...ITEM, sku: 'SOLD' }, ITEM], nextToken: 'second' }
        : { items: [ITEM], nextToken: null };
    },
  });
  const activities = onServerTime(skipping, (now) => world.activities({ amazon, now }));
  const sync = await runSync(skipping, activities, { userKey });
  expect(sync.state?.resources.inventory).toMatchObject({ outcome: 'complete', records: 1 });
  const { rows } = await inventoryPages.list(world.db, userKey, {}, { limit: 10 });
  expect(rows.map(({ sku }) => sku)).toEqual([ITEM.sku]);
});

/** A first sync of a seller with these connections, each with twelve marketplaces. */
function planOf(...connectionIds: string[]): SyncPlan {
  return {
    connections: FIRST_SYNC.connections.flatMap((connection) =>
      connectionIds.map((connectionId) => ({
        ...connection,
        connectionId,
        marketplaceIds: TWELVE,
      })),
    ),
  };
}

async function pendingScans(handle: RunningSync['handle']): Promise<number> {
  const { pendingActivities } = (await handle.describe()).raw;
  const scans = (pendingActivities ?? []).filter(
    ({ activityType }) => activityType?.name === 'scanInventory',
  );
  return scans.length;
}
