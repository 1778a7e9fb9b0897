import { createHash } from 'node:crypto';
import { createInterface } from 'node:readline';
import { Readable } from 'node:stream';
import { createGunzip } from 'node:zlib';
import { bulkOrders } from '../../../sandbox/bulk-orders';
import { expectedOrder, expectedRows } from '../../../sandbox/expected-rows';
import { type Sandbox, startSandbox } from '../../../sandbox/sandbox';
import type { SandboxSeller } from '../../../sandbox/sandbox-seller';
import { connect, ORDERS, type SandboxClient } from './sandbox-client';

const NOW = Date.parse('2025-06-15T12:00:00Z');
const GERMANY = 'A1PA6795UKMFR9';
const SWEDEN = 'A2NODRKZP88ZB9';
const ORDER_DATE = 'GET_FLAT_FILE_ALL_ORDERS_DATA_BY_ORDER_DATE_GENERAL';
const LAST_UPDATE = 'GET_FLAT_FILE_ALL_ORDERS_DATA_BY_LAST_UPDATE_GENERAL';
const from = Date.parse('2025-05-10T00:00:00Z');
const to = Date.parse('2025-06-09T00:00:00Z');
const ORDERS_IN_BULK = 40_000;

let sandbox: Sandbox;
let client: SandboxClient;
let seller: SandboxSeller;
let elapsed = 0;
beforeEach(async () => {
  sandbox = await startSandbox({
    now: () => NOW,
    elapsed: () => elapsed,
    sellers: [
      {
        kind: 'generated',
        seed: 8,
        size: { orders: 120, skus: 20, claims: 0 },
        marketplaceIds: [GERMANY, SWEDEN],
        bulk: { orders: ORDERS_IN_BULK, from, to },
      },
    ],
  });
  client = await connect(sandbox);
  const [first] = sandbox.sellers;
  if (!first) throw new Error('no seller');
  seller = first;
});
afterEach(() => sandbox.close());

/** The lines of a report, without its header, one by one. */
async function* lines(reportType: string, start: number, end: number, marketplaceId = GERMANY) {
  const { reportDocumentId = '' } = await client.report(
    {
      reportType,
      marketplaceIds: [marketplaceId],
      dataStartTime: new Date(start).toISOString(),
      dataEndTime: new Date(end).toISOString(),
    },
    () => {
      elapsed += 60;
    },
  );
  const { body } = await client.download(reportDocumentId);
  if (!body) throw new Error('no body');
  let isHeader = true;
  for await (const line of createInterface(Readable.fromWeb(body).pipe(createGunzip()))) {
    if (!isHeader) yield line.split('\t');
    isHeader = false;
  }
}

test('a report has all orders of the bulk, a row an item, and memory stays flat', async () => {
  const found = createHash('sha256');
  let rows = 0;
  let peak = 0;
  const before = process.memoryUsage().heapUsed;
  for await (const [orderId = ''] of lines(ORDER_DATE, from, to)) {
    if (!orderId.startsWith('999-')) continue;
    found.update(orderId);
    rows += 1;
    if (rows % 1000 === 0) peak = Math.max(peak, process.memoryUsage().heapUsed - before);
  }
  // Every fourth order has two items.
  expect(rows).toBe(50_000);
  const right = createHash('sha256');
  for (const { orderId, items } of bulkOrders(seller)) for (const _ of items) right.update(orderId);
  expect(found.digest('hex')).toBe(right.digest('hex'));
  // The text alone has some 12 MB; as rows it would be several times as much.
  expect(peak).toBeLessThan(150_000_000);
});

test('its orders are in ascending order of ids and times, evenly spread, each always the same', () => {
  let last: { orderId: string; purchasedAt: number } = { orderId: '', purchasedAt: 0 };
  let count = 0;
  for (const order of bulkOrders(seller)) {
    if (order.orderId <= last.orderId || order.purchasedAt < last.purchasedAt)
      throw new Error(`${order.orderId} is out of order`);
    last = order;
    count += 1;
  }
  expect(count).toBe(ORDERS_IN_BULK);
  const [first] = bulkOrders(seller);
  expect(first?.purchasedAt).toBe(from);
  // 30 days / 40,000 = 64.8 s apart.
  expect(to - last.purchasedAt).toBeLessThan(66_000);
  expect([...bulkOrders(seller)].at(777)).toEqual([...bulkOrders(seller)].at(777));
});

test('its rows are comparable with those of a report, amount by amount', async () => {
  const window = [from + 86_400_000, from + 90_000_000] as const;
  const rows: string[][] = [];
  for await (const cells of lines(ORDER_DATE, ...window))
    if (cells[0]?.startsWith('999-')) rows.push(cells);
  const right = [...bulkOrders(seller)]
    .filter(({ purchasedAt }) => purchasedAt >= window[0] && purchasedAt < window[1])
    .map(expectedOrder);
  expect(right.length).toBeGreaterThan(50);
  expect(rows.map((cells) => [cells[0], cells[10], cells[13], cells[14], cells[15]])).toEqual(
    right.flatMap(({ amazonOrderId, items }) =>
      items.map(({ sku, quantity, currency, itemPrice }) => [
        amazonOrderId,
        sku,
        String(quantity),
        currency,
        itemPrice,
      ]),
    ),
  );
});

test('a report by last update finds them by theirs, a day after the purchase', async () => {
  const ids = new Set<string>();
  const start = from + 5 * 86_400_000;
  for await (const [orderId = ''] of lines(LAST_UPDATE, start, start + 3_600_000))
    if (orderId.startsWith('999-')) ids.add(orderId);
  const right = [...bulkOrders(seller)].filter(
    ({ updatedAt }) => updatedAt >= start && updatedAt < start + 3_600_000,
  );
  expect([...ids]).toEqual(right.map(({ orderId }) => orderId));
  expect(right.every((order) => order.updatedAt - order.purchasedAt === 86_400_000)).toBe(true);
});

test('they are of the home marketplace, and neither in searches nor among the expected rows', async () => {
  for await (const [orderId] of lines(ORDER_DATE, from, to, SWEDEN))
    expect(orderId).not.toMatch(/^999-/);
  const { body } = await client.get(ORDERS, {
    createdAfter: new Date(from).toISOString(),
    marketplaceIds: GERMANY,
  });
  expect(JSON.stringify(body)).not.toContain('"999-');
  expect(expectedRows(seller).orders).toHaveLength(120);
});
