import { z } from 'zod';
import { SyncActivity, SyncHistoryEntry } from '../../contract/sync-history';
import { start } from './bodies';
import { firstSeller, startTestStack, type TestStack, type TestUser } from './test-stack';

let stack: TestStack;
let user: TestUser;
let syncIds: string[];

const History = z.strictObject({
  success: z.literal(true),
  syncs: z.array(SyncHistoryEntry.strict()),
  total: z.number(),
});

async function history(query = '', of = user) {
  return History.parse((await of.client.get(`/api/sync/history${query}`)).body);
}

async function activity(query = '', of = user) {
  const { body } = await of.client.get(`/api/sync/activity${query}`);
  return z.array(SyncActivity.strict()).parse(body);
}

// A first sync, a partial one, and a cancelled one.
beforeAll(async () => {
  stack = await startTestStack();
  await stack.startWorker();
  const seller = firstSeller(stack);
  user = await stack.user(seller);
  const first = await start(user.client);
  await user.client.untilEnded(first, 60_000);
  const broken = stack.sandbox.setFault({
    operation: 'getInventorySummaries',
    times: null,
    effect: { kind: 'malformed' },
  });
  const second = await start(user.client, { mode: 'full' });
  await user.client.untilEnded(second, 60_000);
  broken.remove();
  stack.sandbox.setFault({
    operation: 'searchOrders',
    times: null,
    effect: { kind: 'hang' },
  });
  const third = await start(user.client);
  await user.client.post(`/api/sync/cancel/${third}`);
  await user.client.untilEnded(third, 60_000);
  stack.sandbox.clearFaults();
  syncIds = [third, second, first];
});
afterAll(() => stack.stop());

test('lists the syncs newest first, with how they ended', async () => {
  const { syncs, total } = await history();
  expect(total).toBe(3);
  expect(syncs.map(({ syncId }) => syncId)).toEqual(syncIds);
  expect(syncs).toMatchObject([
    { status: 'cancelled', mode: 'auto', partial: false },
    { status: 'complete', mode: 'full', partial: true },
    { status: 'complete', mode: 'auto', partial: false, trigger: 'manual', error: null },
  ]);
  const [, , first] = syncs;
  const seller = firstSeller(stack);
  expect(first).toMatchObject({
    ordersProcessed: seller.orders.length,
    totalOrders: seller.orders.length,
    inventoryCount: seller.inventory.length,
    claimsDetected: seller.claims.length,
  });
  for (const { startedAt, completedAt, duration } of syncs) {
    const milliseconds = Date.parse(completedAt ?? '') - Date.parse(startedAt);
    expect(duration).toBe(milliseconds / 1000);
  }
});

test('comes in pages', async () => {
  const pages = await Promise.all(
    [0, 1, 2, 3].map((offset) => history(`?limit=1&offset=${offset}`)),
  );
  expect(pages.map(({ syncs }) => syncs[0]?.syncId)).toEqual([...syncIds, undefined]);
  expect(pages.map(({ total }) => total)).toEqual([3, 3, 3, 3]);
});

test.each(['?limit=0', '?limit=101', '?limit=x', '?offset=-1'])('refuses %s', async (query) => {
  expect((await user.client.get(`/api/sync/history${query}`)).status).toBe(400);
});

test('shows a running sync without an end', async () => {
  const other = await stack.user(firstSeller(stack));
  stack.sandbox.setFault({ operation: 'createReport', times: null, effect: { kind: 'hang' } });
  const syncId = await start(other.client);
  expect((await history('', other)).syncs).toMatchObject([
    { syncId, status: 'in_progress', completedAt: null, duration: null },
  ]);
  expect(await activity('', other)).toMatchObject([
    { syncId, type: 'info', message: 'Sync started' },
  ]);
  await other.client.post(`/api/sync/cancel/${syncId}`);
  await other.client.untilEnded(syncId, 60_000);
  stack.sandbox.clearFaults();
});

test('tells what happened in words, newest first', async () => {
  const events = await activity();
  const [third, second, first] = syncIds;
  expect(events.map(({ syncId, type, message }) => [syncId, type, message])).toEqual([
    [third, 'info', 'Sync cancelled'],
    [third, 'info', 'Sync started'],
    [
      second,
      'warning',
      expect.stringMatching(/^Synced 200 orders, .*; inventory could not be fetched$/),
    ],
    [second, 'warning', 'Inventory: Amazon sent data that cannot be read'],
    [second, 'info', 'Full sync started'],
    [
      first,
      'success',
      expect.stringMatching(/^Synced 200 orders, \d+ inventory items, 20 claims, 20 returns$/),
    ],
    [first, 'info', 'Sync started'],
  ]);
  const times = events.map(({ timestamp }) => timestamp);
  expect(times).toEqual([...times].sort().reverse());
  expect(await activity('?limit=2')).toEqual(events.slice(0, 2));
});

test('shows nobody else’s', async () => {
  const stranger = await stack.user();
  expect(await history('', stranger)).toEqual({ success: true, syncs: [], total: 0 });
  expect(await activity('', stranger)).toEqual([]);
});

test('needs a session', async () => {
  for (const path of ['/api/sync/history', '/api/sync/activity']) {
    expect((await fetch(stack.apiUrl + path)).status).toBe(401);
  }
});
