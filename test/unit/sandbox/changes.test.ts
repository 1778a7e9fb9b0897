import { z } from 'zod';
import type { Change } from '../../../sandbox/changes';
import { expectedRows } from '../../../sandbox/expected-rows';
import { type Sandbox, startSandbox } from '../../../sandbox/sandbox';
import type { SandboxOrder, SandboxSeller } from '../../../sandbox/sandbox-seller';
import { connect, INVENTORY, ORDERS, type SandboxClient, US } from './sandbox-client';

const NOW = Date.parse('2025-06-15T12:00:00Z');
const FIVE_MINUTES_AGO = NOW - 300_000;
const ORDER_DATE = 'GET_FLAT_FILE_ALL_ORDERS_DATA_BY_ORDER_DATE_GENERAL';
const CLAIMS = 'GET_FBA_REIMBURSEMENTS_DATA';
const year = { dataStartTime: '2024-06-15T12:00:00Z', dataEndTime: '2025-06-15T12:00:00Z' };

let sandbox: Sandbox;
let client: SandboxClient;
let seller: SandboxSeller;
let elapsed = 0;
beforeEach(async () => {
  elapsed = 0;
  sandbox = await startSandbox({
    now: () => NOW,
    elapsed: () => elapsed,
    sellers: [
      {
        kind: 'generated',
        seed: 17,
        size: { orders: 1500, skus: 40, claims: 30 },
        marketplaceIds: [US],
      },
    ],
  });
  client = await connect(sandbox);
  const [first] = sandbox.sellers;
  if (!first) throw new Error('no seller');
  seller = first;
});
afterEach(() => sandbox.close());

const change = (...changes: Change[]) => sandbox.change(seller.sellerId, changes);
const ordersOf = (ids: readonly string[]) =>
  ids.map((id) => {
    const order = seller.orders.find(({ orderId }) => orderId === id);
    if (!order) throw new Error(`no order ${id}`);
    return order;
  });
/** What a later search by last update finds. */
const updated = async (after: number) => {
  const { body } = await client.get(ORDERS, {
    lastUpdatedAfter: new Date(after).toISOString(),
    marketplaceIds: US,
    includedData: 'FULFILLMENT,PROCEEDS',
  });
  return z
    .object({
      orders: z.array(
        z.looseObject({
          orderId: z.string(),
          lastUpdatedTime: z.string(),
          fulfillment: z.object({ fulfillmentStatus: z.string() }).loose(),
        }),
      ),
    })
    .parse(body).orders;
};

test('orders move on, and a search by last update finds just those', async () => {
  const before = new Map(seller.orders.map((order) => [order.orderId, order]));
  const ids = change({ kind: 'update_orders', count: 5 });
  expect(new Set(ids).size).toBe(5);
  for (const order of ordersOf(ids)) {
    expect(order).toMatchObject({ status: 'SHIPPED', updatedAt: FIVE_MINUTES_AGO });
    expect(before.get(order.orderId)?.status).toBe('PARTIALLY_SHIPPED');
    for (const item of order.items) expect(item.quantityShipped).toBe(item.quantity);
  }
  const found = await updated(NOW - 600_000);
  expect(found.map(({ orderId }) => orderId).sort()).toEqual([...ids].sort());
  expect(found[0]?.lastUpdatedTime).toBe('2025-06-15T11:55:00Z');
});

test('more orders than can move on are touched', () => {
  const ids = change({ kind: 'update_orders', count: 200, at: NOW - 60_000 });
  expect(ordersOf(ids).every(({ updatedAt }) => updatedAt === NOW - 60_000)).toBe(true);
  expect(expectedRows(seller).orders).toHaveLength(1500);
});

test('cancelled orders keep their prices, if they had any', () => {
  const priced = new Set(
    seller.orders
      .filter(({ items }) => items.some(({ amounts }) => amounts))
      .map(({ orderId }) => orderId),
  );
  const orders = ordersOf(change({ kind: 'cancel_orders', count: 40 }));
  expect(new Set(orders.map(({ orderId }) => priced.has(orderId))).size).toBe(2);
  for (const { orderId, status, items } of orders) {
    expect(status).toBe('CANCELLED');
    for (const { isCancelled, quantity, amounts } of items) {
      expect(isCancelled).toBe(true);
      expect([amounts !== null, quantity > 0]).toEqual([priced.has(orderId), priced.has(orderId)]);
    }
  }
});

test('pending orders get their prices', () => {
  const ids = change({ kind: 'price_orders', count: 3 });
  const rows = expectedRows(seller).orders.filter(({ amazonOrderId }) =>
    ids.includes(amazonOrderId),
  );
  expect(rows).toHaveLength(3);
  for (const { status, currency, total, items } of rows) {
    expect([status, currency]).toEqual(['UNSHIPPED', 'USD']);
    expect(total).toMatch(/^\d+\.\d\d$/);
    for (const { itemPrice } of items) expect(itemPrice).toMatch(/^\d+\.\d\d$/);
  }
});

test('new orders are purchased and updated at one time, also a late one', async () => {
  const at = NOW - 3_600_000;
  const ids = change(
    { kind: 'add_orders', count: 4 },
    { kind: 'add_orders', count: 2, at, status: 'PENDING' },
  );
  expect(new Set(seller.orders.map(({ orderId }) => orderId)).size).toBe(1506);
  const times = ({ status, purchasedAt, updatedAt }: SandboxOrder) => [
    status,
    purchasedAt,
    updatedAt,
  ];
  expect(ordersOf(ids).map(times)).toEqual([
    ...Array.from({ length: 4 }, () => ['UNSHIPPED', FIVE_MINUTES_AGO, FIVE_MINUTES_AGO]),
    ['PENDING', at, at],
    ['PENDING', at, at],
  ]);
  expect(await updated(at)).toHaveLength(6);
});

test('a status word that is new stands in search and report, each in its own spelling', async () => {
  const [id = ''] = change({ kind: 'rename_status', count: 1, status: 'READY_FOR_PICKUP' });
  const [found] = await updated(NOW - 600_000);
  expect(found).toMatchObject({
    orderId: id,
    fulfillment: { fulfillmentStatus: 'READY_FOR_PICKUP' },
  });
  const [order] = ordersOf([id]);
  const purchase = order?.purchasedAt ?? 0;
  const ended = await client.report(
    {
      reportType: ORDER_DATE,
      marketplaceIds: [US],
      dataStartTime: new Date(purchase).toISOString(),
      dataEndTime: new Date(purchase + 1000).toISOString(),
    },
    () => {
      elapsed += 60;
    },
  );
  const rows = await client.rows(ended.reportDocumentId ?? '');
  expect(rows.find((row) => row['amazon-order-id'] === id)).toMatchObject({
    'order-status': 'ReadyForPickup',
  });
  expect(expectedRows(seller).orders.find((row) => row.amazonOrderId === id)?.status).toBe(
    'READY_FOR_PICKUP',
  );
});

test('a report that has ended keeps what it saw, one that is generated sees the change', async () => {
  const request = {
    reportType: ORDER_DATE,
    marketplaceIds: [US],
    dataStartTime: '2025-05-16T12:00:00Z',
    dataEndTime: '2025-06-15T12:00:00Z',
  };
  const create = async () => {
    const { body } = await client.post('/reports/2021-06-30/reports', request);
    return z.object({ reportId: z.string() }).parse(body).reportId;
  };
  const rowOf = async (reportId: string, orderId: string) => {
    const { body } = await client.get(`/reports/2021-06-30/reports/${reportId}`);
    const { reportDocumentId } = z.object({ reportDocumentId: z.string() }).parse(body);
    const rows = await client.rows(reportDocumentId);
    return rows.find((row) => row['amazon-order-id'] === orderId)?.['order-status'];
  };
  const ended = await create();
  // Nobody has looked at the report when the order changes.
  elapsed += 60;
  const running = await create();
  const [id = ''] = change({ kind: 'cancel_orders', count: 1 });
  elapsed += 60;
  expect(await rowOf(ended, id)).not.toBe('Cancelled');
  expect(await rowOf(running, id)).toBe('Cancelled');
});

test('SKUs are gone from the scan and come back as they were', async () => {
  const scan = async () => {
    elapsed += 1;
    const { body } = await client.get(INVENTORY, {
      granularityType: 'Marketplace',
      granularityId: US,
      marketplaceIds: US,
    });
    return z
      .object({
        payload: z.object({
          inventorySummaries: z.array(z.looseObject({ sellerSku: z.string() })),
        }),
      })
      .parse(body).payload.inventorySummaries;
  };
  const before = await scan();
  const gone = change({ kind: 'remove_skus', count: 3 }, { kind: 'remove_skus', count: 1 });
  expect((await scan()).map(({ sellerSku }) => sellerSku)).toEqual(
    before.map(({ sellerSku }) => sellerSku).filter((sku) => !gone.includes(sku)),
  );
  expect(expectedRows(seller).inventory).toHaveLength(36);
  expect(change({ kind: 'return_skus' }).sort()).toEqual(gone.sort());
  expect(await scan()).toEqual(before);
});

test('stock changes at a time, and the time of a stock may become unknown', () => {
  const before = new Map(seller.inventory.map((stock) => [stock.product.sku, stock.fulfillable]));
  const changed = change({ kind: 'change_stock', count: 5 });
  const of = (sku: string) => seller.inventory.find(({ product }) => product.sku === sku);
  expect(new Set(changed).size).toBe(5);
  for (const sku of changed) {
    expect(of(sku)?.updatedAt).toBe(FIVE_MINUTES_AGO);
    expect(of(sku)?.fulfillable).not.toBe(before.get(sku));
  }
  for (const sku of change({ kind: 'blank_updated_times', count: 4 }))
    expect(expectedRows(seller).inventory.find((row) => row.sku === sku)?.lastUpdated).toBeNull();
});

test('claims are added, reversed and repeated, and the report has them as the truth has', async () => {
  const [added, reversal, repeated] = [
    change({ kind: 'add_claims', count: 6 }),
    change({ kind: 'reverse_claims', count: 2 }),
    change({ kind: 'repeat_claims', count: 2 }),
  ];
  const truth = expectedRows(seller).claims;
  expect(truth).toHaveLength(40);
  expect(new Set(added).size).toBe(6);
  for (const id of reversal) {
    const line = truth.find(({ reimbursementId }) => reimbursementId === id);
    const original = truth.find(
      ({ reimbursementId }) => reimbursementId === line?.originalReimbursementId,
    );
    expect(line?.amountTotal).toBe(`-${original?.amountTotal}`);
    expect(line?.approvalDate).toBe('2025-06-15T11:55:00.000Z');
  }
  for (const id of repeated)
    expect(
      truth.filter(({ reimbursementId }) => reimbursementId === id).map((row) => row.occurrence),
    ).toContain(1);

  const ended = await client.report({ reportType: CLAIMS, marketplaceIds: [US], ...year }, () => {
    elapsed += 60;
  });
  const rows = await client.rows(ended.reportDocumentId ?? '');
  expect(rows.map((row) => [row['reimbursement-id'], row['amount-total']])).toEqual(
    truth.map(({ reimbursementId, amountTotal }) => [reimbursementId, amountTotal]),
  );
});

test('claims of several lines are combined into one line with the same money', () => {
  const money = () => seller.claims.reduce((sum, { amountTotal }) => sum + amountTotal, 0);
  const repeated = () => expectedRows(seller).claims.filter(({ occurrence }) => occurrence === 1);
  change({ kind: 'repeat_claims', count: 5 });
  const [total, several] = [money(), repeated().length];
  expect(change({ kind: 'combine_claims', count: 4 })).toHaveLength(4);
  expect(money()).toBe(total);
  expect(repeated()).toHaveLength(several - 4);
});

test('the same changes to the same seller come out the same', async () => {
  const changes: Change[] = [
    { kind: 'price_orders', count: 2 },
    { kind: 'add_orders', count: 3 },
    { kind: 'change_stock', count: 4 },
    { kind: 'add_claims', count: 2 },
  ];
  const ids = change(...changes);
  const rows = expectedRows(seller);
  await sandbox.close();
  sandbox = await startSandbox({
    now: () => NOW,
    sellers: [
      {
        kind: 'generated',
        seed: 17,
        size: { orders: 1500, skus: 40, claims: 30 },
        marketplaceIds: [US],
      },
    ],
  });
  expect(sandbox.change(seller.sellerId, changes)).toEqual(ids);
  const [again] = sandbox.sellers;
  expect(again && expectedRows(again)).toEqual(rows);
});

test.each<[Change, string]>([
  [{ kind: 'price_orders', count: 1000 }, 'only'],
  // No order was updated before its history began.
  [{ kind: 'update_orders', count: 1, at: Date.parse('2024-01-01T00:00:00Z') }, 'only 0'],
  [{ kind: 'remove_skus', count: 41 }, 'only 40'],
  [{ kind: 'return_skus' }, 'No SKU was removed'],
  [{ kind: 'repeat_claims', count: 31 }, 'only 30'],
  [{ kind: 'combine_claims', count: 31 }, 'only'],
])('%j is refused, for there is too little', (given, message) => {
  const rows = expectedRows(seller);
  expect(() => change(given)).toThrow(message);
  expect(expectedRows(seller)).toEqual(rows);
});

test('an unknown seller is refused', () => {
  expect(() => sandbox.change('A0', [{ kind: 'return_skus' }])).toThrow('no seller A0');
});
