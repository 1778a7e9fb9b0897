import { z } from 'zod';
import { amazonSyncWorkflowId } from '../../contract/amazon-sync-workflow-id';
import { ReturnRow } from '../../contract/returns';
import { ClaimRow, InventoryRow, OrderRow } from '../../contract/rows';
import { userKeyOf } from '../../contract/user-key';
import { errorOf, overviewOf, START, start } from './bodies';
import { startTestStack, type TestStack } from './test-stack';

let stack: TestStack;

beforeAll(async () => {
  stack = await startTestStack();
  await stack.startWorker();
});
afterAll(() => stack.stop());

test('a first sync ends complete with every row of the seller', async () => {
  const seller = await stack.newSeller();
  const user = await stack.user(seller);
  const progress: number[] = [];
  const syncId = await start(user.client);
  const ended = await user.client.untilEnded(syncId, 60_000, (status) =>
    progress.push(status.progress),
  );
  expect(ended).toMatchObject({
    syncId,
    status: 'complete',
    progress: 100,
    partial: false,
    error: null,
    ordersProcessed: seller.orders.length,
    totalOrders: seller.orders.length,
    inventoryCount: seller.inventory.length,
    claimsDetected: seller.claims.length,
  });
  expect(progress).toEqual([...progress].sort((a, b) => a - b));
  expect(await stack.differences(user, seller)).toEqual([]);
});

test('a second call while a sync runs gets 409 with its id, and the next one after it a new id', async () => {
  const user = await stack.user(await stack.newSeller());
  const first = await start(user.client);
  const refused = await user.client.post(START);
  expect(refused.status).toBe(409);
  expect(errorOf(refused)).toMatchObject({ error: 'sync_in_progress', existingSyncId: first });
  await user.client.untilEnded(first, 60_000);
  const second = await start(user.client);
  expect(second).not.toBe(first);
  // The status of the first was asked for a moment ago; it says nothing of the second.
  expect(await user.client.untilEnded(second, 60_000)).toMatchObject({
    syncId: second,
    status: 'complete',
    partial: false,
  });
});

test('a sync of nothing new and a full one change no row', async () => {
  const seller = await stack.newSeller();
  const user = await stack.user(seller);
  for (const body of [undefined, { mode: 'auto' }, { mode: 'full' }]) {
    const syncId = await start(user.client, body);
    expect(await user.client.untilEnded(syncId, 60_000)).toMatchObject({ status: 'complete' });
    expect(await stack.differences(user, seller)).toEqual([]);
  }
});

test('orders, inventory, claims and returns are read back in pages that add up to the seller', async () => {
  const seller = await stack.newSeller();
  const user = await stack.user(seller);
  await user.client.untilEnded(await start(user.client), 60_000);
  const lists = [
    { name: 'orders', row: OrderRow, total: seller.orders.length },
    { name: 'inventory', row: InventoryRow, total: seller.inventory.length },
    { name: 'claims', row: ClaimRow, total: seller.claims.length },
    { name: 'returns', row: ReturnRow, total: seller.returns.length },
  ];
  for (const { name, row, total } of lists) {
    const Page = z.strictObject({
      success: z.literal(true),
      [name]: z.array(row.strict()),
      total: z.literal(total),
      nextCursor: z.string().nullable(),
      lastSyncedAt: z.iso.datetime(),
    });
    const seen = new Set<string>();
    let cursor: string | null = null;
    do {
      const query: string = cursor === null ? '' : `&cursor=${cursor}`;
      const path = `/api/v1/integrations/amazon/${name}?limit=17${query}`;
      const page = Page.parse((await user.client.get(path)).body);
      for (const one of z.array(row).parse(page[name])) seen.add(JSON.stringify(one));
      cursor = z.string().nullable().parse(page.nextCursor);
    } while (cursor !== null);
    expect([name, seen.size]).toEqual([name, total]);
  }
});

test('the status without an id tells of no sync, of the running one, and of the last one', async () => {
  const user = await stack.user(await stack.newSeller());
  expect(await overviewOf(user.client)).toEqual({
    hasActiveSync: false,
    activeSync: null,
    lastSync: null,
    nextScheduledSync: null,
    status: 'idle',
  });
  const syncId = await start(user.client);
  expect(await overviewOf(user.client)).toMatchObject({
    hasActiveSync: true,
    activeSync: { syncId, status: 'in_progress' },
    lastSync: null,
    status: 'in_progress',
  });
  await user.client.untilEnded(syncId, 60_000);
  expect(await overviewOf(user.client)).toMatchObject({
    hasActiveSync: false,
    activeSync: null,
    lastSync: { syncId, status: 'complete' },
    status: 'complete',
  });
});

test('all three forms of asking for a status give the same body', async () => {
  const user = await stack.user(await stack.newSeller());
  const syncId = await start(user.client);
  const ended = await user.client.untilEnded(syncId, 60_000);
  for (const path of [`?syncId=${syncId}`, `?id=${syncId}`, `/${syncId}`]) {
    expect((await user.client.get(`/api/sync/status${path}`)).body).toEqual(ended);
  }
});

test('a history holds ids, counts and cursors: no token, no row and nothing personal', async () => {
  const seller = await stack.newSeller();
  const user = await stack.user(seller, 'seller.name@example.com');
  await user.client.untilEnded(await start(user.client), 60_000);

  const handle = stack.temporal.workflow.getHandle(
    amazonSyncWorkflowId(userKeyOf('seller.name@example.com')),
  );
  const history = decodedPayloads(await handle.fetchHistory());
  for (const secret of [seller.refreshToken, 'Atza|', 'example.com', stack.sessionSecret]) {
    expect(history).not.toContain(secret);
  }
  for (const order of seller.orders.slice(0, 50)) {
    expect(history).not.toContain(order.orderId);
    for (const item of order.items) expect(history).not.toContain(item.product.title);
  }
});

/** A history as text, with the payloads' bytes as the text that they are. */
function decodedPayloads(history: unknown): string {
  return JSON.stringify(history, (_, value: unknown) => {
    if (typeof value === 'object' && value !== null && 'type' in value && 'data' in value) {
      const bytes = z
        .object({ type: z.literal('Buffer'), data: z.array(z.number()) })
        .safeParse(value);
      if (bytes.success) return Buffer.from(bytes.data.data).toString('utf8');
    }
    return value instanceof Uint8Array ? Buffer.from(value).toString('utf8') : value;
  });
}
