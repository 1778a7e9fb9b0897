import { z } from 'zod';
import { type Sandbox, startSandbox } from '../../../sandbox/sandbox';
import { connect, ORDERS, type SandboxClient, US } from './sandbox-client';

const Page = z.object({
  orders: z.array(z.looseObject({ orderId: z.string(), createdTime: z.string() })),
  pagination: z.object({ nextToken: z.string() }).optional(),
});

const NOW = Date.parse('2025-06-15T12:00:00Z');
const yearAgo = '2024-06-15T12:00:00Z';

let sandbox: Sandbox;
let client: SandboxClient;
beforeEach(async () => {
  sandbox = await startSandbox({
    now: () => NOW,
    sellers: [{ kind: 'generated', seed: 7, size: { orders: 250, skus: 20, claims: 0 } }],
  });
  client = await connect(sandbox);
});
afterEach(() => sandbox.close());

const all = () => sandbox.sellers[0]?.marketplaceIds.join(',') ?? '';

async function pages(query: Record<string, string>): Promise<z.infer<typeof Page>['orders'][]> {
  const list: z.infer<typeof Page>['orders'][] = [];
  for (let token: string | undefined, first = true; first || token; first = false) {
    const { body } = await client.get(ORDERS, {
      ...query,
      ...(token && { paginationToken: token }),
    });
    const page = Page.parse(body);
    list.push(page.orders);
    token = page.pagination?.nextToken;
  }
  return list;
}

test('a year of orders comes page by page, each order once, oldest first', async () => {
  const found = await pages({ createdAfter: yearAgo, marketplaceIds: all() });
  expect(found.map((page) => page.length)).toEqual([100, 100, 50]);
  expect(found.flat().map(({ orderId }) => orderId)).toEqual(
    sandbox.sellers[0]?.orders.map(({ orderId }) => orderId),
  );
});

test('only the marketplaces and statuses asked for are answered', async () => {
  const found = await pages({
    createdAfter: yearAgo,
    marketplaceIds: US,
    fulfillmentStatuses: 'CANCELLED,SHIPPED',
    fulfilledBy: 'AMAZON',
  });
  const right = sandbox.sellers[0]?.orders.filter(
    (order) =>
      order.marketplaceId === US &&
      order.fulfilledBy === 'AMAZON' &&
      ['CANCELLED', 'SHIPPED'].includes(order.status),
  );
  expect(found.flat().length).toBe(right?.length);
  expect(right?.length).toBeGreaterThan(0);
});

test('lastUpdatedAfter finds what changed since, in the order of the changes', async () => {
  const seller = sandbox.sellers[0];
  const [order] = seller?.orders ?? [];
  if (!seller || !order) throw new Error('no order');
  const updatedAt = NOW - 300_000;
  seller.orders[0] = { ...order, status: 'CANCELLED', updatedAt };

  const { body } = await client.get(ORDERS, {
    lastUpdatedAfter: new Date(updatedAt).toISOString(),
    marketplaceIds: all(),
    includedData: 'FULFILLMENT',
  });
  expect(body).toMatchObject({
    orders: [
      {
        orderId: order.orderId,
        lastUpdatedTime: '2025-06-15T11:55:00Z',
        fulfillment: { fulfillmentStatus: 'CANCELLED' },
      },
    ],
    lastUpdatedBefore: '2025-06-15T11:58:00.000Z',
  });
});

test('data sets come only when they are asked for', async () => {
  const query = { createdAfter: yearAgo, marketplaceIds: all(), fulfillmentStatuses: 'SHIPPED' };
  const [plain] = (await pages(query)).flat();
  expect(Object.keys(plain ?? {})).not.toEqual(
    expect.arrayContaining(['proceeds', 'fulfillment', 'buyer', 'recipient']),
  );
  const [full] = (
    await pages({ ...query, includedData: 'PROCEEDS,FULFILLMENT,BUYER,RECIPIENT' })
  ).flat();
  expect(Object.keys(full ?? {})).toEqual(
    expect.arrayContaining(['proceeds', 'fulfillment', 'buyer', 'recipient']),
  );
});

test.each([
  ['neither start', {}],
  ['both starts', { createdAfter: yearAgo, lastUpdatedAfter: yearAgo }],
  ['the wrong end', { createdAfter: yearAgo, lastUpdatedBefore: '2025-01-01T00:00:00Z' }],
  ['an end of a minute ago', { createdAfter: yearAgo, createdBefore: '2025-06-15T11:59:00Z' }],
  ['no marketplace', { createdAfter: yearAgo, marketplaceIds: '' }],
  ['51 marketplaces', { createdAfter: yearAgo, marketplaceIds: Array(51).fill(US).join(',') }],
  ['a page of 101', { createdAfter: yearAgo, maxResultsPerPage: '101' }],
  ['a local time', { createdAfter: '2024-06-15T12:00:00' }],
  ['an unknown data set', { createdAfter: yearAgo, includedData: 'SECRETS' }],
  ['a made-up token', { createdAfter: yearAgo, paginationToken: 'made.up' }],
])('%s is invalid input', async (_, query: Record<string, string>) => {
  expect(await client.get(ORDERS, { marketplaceIds: US, ...query })).toMatchObject({
    status: 400,
    body: { errors: [{ code: 'InvalidInput' }] },
  });
});

test('a pagination token is bound to its filters', async () => {
  const query = { createdAfter: yearAgo, marketplaceIds: all(), maxResultsPerPage: '10' };
  const paginationToken = Page.parse((await client.get(ORDERS, query)).body).pagination?.nextToken;
  const next = { ...query, paginationToken: paginationToken ?? '' };
  expect((await client.get(ORDERS, { ...next, maxResultsPerPage: '50' })).status).toBe(200);
  expect((await client.get(ORDERS, { ...next, marketplaceIds: US })).status).toBe(400);
});

test('a marketplace where the seller does not sell is refused', async () => {
  const query = { createdAfter: yearAgo, marketplaceIds: 'A1PA6795UKMFR9' };
  expect((await client.get(ORDERS, query)).status).toBe(403);
});
