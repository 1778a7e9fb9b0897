import { z } from 'zod';
import { eventually } from '../eventually';
import { start } from './bodies';
import { startTestStack, type TestStack, type TestUser } from './test-stack';

let stack: TestStack;
beforeAll(async () => {
  stack = await startTestStack();
  await stack.startWorker();
});
afterEach(() => stack.sandbox.clearFaults());
afterAll(() => stack.stop());

const LISTS = ['orders', 'inventory', 'claims', 'returns'];

function list(user: TestUser, query: string, tag?: string | null): Promise<Response> {
  return fetch(`${stack.apiUrl}/api/v1/integrations/amazon/${query}`, {
    headers: { cookie: user.cookie, ...(tag && { 'if-none-match': tag }) },
  });
}

/** The tag of an answer that must be 200, and have one. */
async function tagOf(user: TestUser, query: string): Promise<string> {
  const response = await list(user, query);
  await response.text();
  expect(response.status).toBe(200);
  expect(response.headers.get('cache-control')).toBe('private, no-cache');
  return response.headers.get('etag') ?? fail(query);
}

async function page(user: TestUser, query: string) {
  return Page.parse(await (await list(user, query)).json());
}

const Page = z.object({ total: z.number(), nextCursor: z.string().nullable() });

function fail(query: string): never {
  throw new Error(`${query} has no ETag`);
}

async function synced(user: TestUser): Promise<void> {
  await user.client.untilEnded(await start(user.client), 60_000);
}

test('a list that has not changed is 304, and another query has another tag', async () => {
  const user = await stack.user(await stack.newSeller());
  await synced(user);
  for (const name of LISTS) {
    const tag = await tagOf(user, name);
    expect(tag).toMatch(/^W\/"/);
    const again = await list(user, name, tag);
    expect([name, again.status, await again.text()]).toEqual([name, 304, '']);
    expect(again.headers.get('etag')).toBe(tag);
    expect((await list(user, name, `"other", ${tag}`)).status).toBe(304);
    expect((await list(user, `${name}?limit=7`, tag)).status).toBe(200);
    const file = await tagOf(user, `${name}?format=csv`);
    expect(file).not.toBe(tag);
    expect((await list(user, `${name}?format=csv`, file)).status).toBe(304);
  }
});

test('the total of a list is the same on each of its pages, and another one after a sync or a connection', async () => {
  const user = await stack.user();
  const seller = await stack.newSeller();
  const totals = async () => {
    const first = await page(user, 'orders?limit=20');
    const second = await page(user, `orders?limit=20&cursor=${first.nextCursor ?? ''}`);
    const shipped = await page(user, 'orders?status=Shipped&limit=1');
    expect(second.total).toBe(first.total);
    expect(shipped.total).toBeLessThan(first.total);
    return first.total;
  };
  expect((await page(user, 'orders')).total).toBe(0);
  await stack.user(seller, user.userId);
  await synced(user);
  expect([await totals(), await totals()]).toEqual([seller.orders.length, seller.orders.length]);
  await user.client.post('/api/v1/integrations/amazon/disconnect', { purge: true });
  expect((await page(user, 'orders')).total).toBe(0);
});

test('another user, who has a list of his own, is never told that it has not changed', async () => {
  const user = await stack.user();
  const other = await stack.user();
  const tag = await tagOf(user, 'orders');
  expect((await list(user, 'orders', tag)).status).toBe(304);
  expect((await list(other, 'orders', tag)).status).toBe(200);
  expect(
    (
      await fetch(`${stack.apiUrl}/api/v1/integrations/amazon/orders`, {
        headers: { 'if-none-match': tag },
      })
    ).status,
  ).toBe(401);
});

test('an error has no tag, by which a browser would keep it as if it were the list', async () => {
  const user = await stack.user();
  const response = await list(user, 'orders?cursor=abc');
  expect([response.status, response.headers.get('etag')]).toEqual([400, null]);
  expect(response.headers.get('cache-control')).toBe('no-store');
});

test('while a sync runs there is no tag, and after it another one', async () => {
  const user = await stack.user(await stack.newSeller());
  await synced(user);
  const before = await tagOf(user, 'orders');
  stack.sandbox.setFault({ operation: 'createReport', times: null, effect: { kind: 'hang' } });
  const syncId = await start(user.client);
  // The row that says so is written by the start itself or, a moment later, by the sync.
  const during = await eventually('the sync is the current one', async () => {
    const response = await list(user, 'orders', before);
    return response.status === 304 ? undefined : response;
  });
  expect([during.status, during.headers.get('etag')]).toEqual([200, null]);
  stack.sandbox.clearFaults();
  await user.client.post(`/api/sync/cancel/${syncId}`);
  await user.client.untilEnded(syncId, 60_000);
  const after = await list(user, 'orders', before);
  expect(after.status).toBe(200);
  expect(await tagOf(user, 'orders')).not.toBe(before);
});

test('a connection that changes gives a list another tag', async () => {
  const user = await stack.user();
  const before = await tagOf(user, 'orders');
  await stack.user(await stack.newSeller(), user.userId);
  expect((await list(user, 'orders', before)).status).toBe(200);
  expect(await tagOf(user, 'orders')).not.toBe(before);
});
