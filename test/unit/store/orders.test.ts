import { sql } from 'kysely';
import { orderPages } from '../../../store/order-pages';
import { type NewOrder, upsertOrders } from '../../../store/orders';
import { connected, item, order } from './stored-things';
import { type TestDatabase, testDatabase } from './test-database';

let database: TestDatabase;
beforeAll(async () => {
  database = await testDatabase();
});
afterAll(() => database.drop());

let users = 0;
let user: string;
let connectionId: string;
beforeEach(async () => {
  user = `user${++users}`;
  connectionId = await connected(database.db, user);
});

const upsert = (orders: NewOrder[], id = connectionId) =>
  database.db.transaction().execute((trx) => upsertOrders(trx, id, orders));

const stored = async () => (await orderPages.list(database.db, user, {}, { limit: 200 })).rows;

/** Everything in the tables, with PostgreSQL's own mark of the transaction that wrote each row. */
const written = () =>
  database.db
    .selectFrom('orders')
    .leftJoin('order_items', (join) =>
      join
        .onRef('order_items.connection_id', '=', 'orders.connection_id')
        .onRef('order_items.amazon_order_id', '=', 'orders.amazon_order_id'),
    )
    .selectAll()
    .select([sql`orders.xmin`.as('order_xmin'), sql`order_items.xmin`.as('item_xmin')])
    .where('orders.connection_id', '=', connectionId)
    .orderBy('orders.amazon_order_id')
    .orderBy('order_items.line')
    .execute();

const NEWER = '2026-02-03T10:00:00.000Z';
const OLDER = '2026-02-01T10:00:00.000Z';

test('an order is stored with all it says, in the exact digits of its amounts', async () => {
  const full = order('302-1', {
    total: '12345678901234567890.123456789',
    isBusiness: true,
    items: [
      item({
        orderItemId: 'I-1',
        title: '出品 🛒 Größe "L"',
        itemPrice: '0.10',
        itemTax: '-0.019',
        shippingPrice: '0',
        shippingTax: '0.00',
        giftWrapPrice: '3.333333333333333333333333',
        giftWrapTax: '1',
        promotionDiscount: '-5.00',
      }),
      item({ sku: 'SKU-2', quantity: 0, itemPrice: null, title: null }),
    ],
  });
  await upsert([full]);
  const { amazonOrderId, ...rest } = full;
  expect(await stored()).toEqual([{ id: expect.any(String), orderId: amazonOrderId, ...rest }]);
});

test('an order of which little is known is stored with nulls', async () => {
  const bare = order('302-2', {
    marketplaceId: null,
    salesChannel: null,
    fulfilledBy: null,
    isBusiness: null,
    currency: null,
    total: null,
    items: [],
  });
  await upsert([bare]);
  expect((await stored())[0]).toMatchObject({ orderId: '302-2', total: null, items: [] });
});

test('the newer update wins, and replaces the items', async () => {
  await upsert([order('302-1', { items: [item({ sku: 'A' }), item({ sku: 'B' })] })]);
  const update = { lastUpdated: NEWER, status: 'Canceled', items: [item({ sku: 'C' })] };
  await upsert([order('302-1', update)]);
  const [row, ...more] = await stored();
  expect(more).toEqual([]);
  expect(row).toMatchObject({ status: 'Canceled', lastUpdated: NEWER });
  expect(row?.items.map(({ sku }) => sku)).toEqual(['C']);
});

test('an older update loses, with its items', async () => {
  await upsert([order('302-1')]);
  await upsert([order('302-1', { lastUpdated: OLDER, status: 'Pending', items: [] })]);
  expect(await stored()).toEqual([expect.objectContaining({ status: 'Shipped' })]);
  expect((await stored())[0]?.items).toHaveLength(1);
});

test('the same orders a second time change nothing, not even the rows underneath', async () => {
  const orders = [order('302-1'), order('302-2', { items: [item(), item({ sku: 'SKU-2' })] })];
  await upsert(orders);
  const before = await written();
  await upsert(orders);
  await upsert([...orders].reverse());
  expect(await written()).toEqual(before);
});

test('a report and a search that agree on the time end at the same row, whichever comes first', async () => {
  const reported = order('302-1', { items: [item({ orderItemId: null, title: 'reported' })] });
  const searched = order('302-1', { items: [item({ orderItemId: 'I-1', title: 'searched' })] });
  for (const batches of [
    [reported, searched],
    [searched, reported],
    [searched, reported, searched, reported],
  ]) {
    for (const batch of batches) await upsert([batch]);
    const [row, ...others] = await stored();
    expect(others).toEqual([]);
    expect(row?.items).toEqual([
      expect.objectContaining({ orderItemId: 'I-1', title: 'searched' }),
    ]);
    await upsert([order('302-1', { lastUpdated: NEWER, items: reported.items })]);
    expect((await stored())[0]?.items).toEqual([
      expect.objectContaining({ orderItemId: null, title: 'reported' }),
    ]);
    await database.db.deleteFrom('orders').execute();
  }
});

test('of an order twice in one batch, the newest counts, wherever it stands', async () => {
  const twice = (id: string, times: string[]) =>
    times.map((lastUpdated) =>
      order(id, { lastUpdated, status: lastUpdated, items: [item({ sku: lastUpdated })] }),
    );
  await upsert([...twice('302-1', [OLDER, NEWER]), ...twice('302-2', [NEWER, OLDER])]);
  for (const row of await stored()) {
    expect(row.status).toBe(NEWER);
    expect(row.items.map(({ sku }) => sku)).toEqual([NEWER]);
  }
});

test('a batch in which some win and some lose writes the items of the winners alone', async () => {
  await upsert([order('302-1', { lastUpdated: NEWER, items: [item({ sku: 'KEPT' })] })]);
  await upsert([
    order('302-1', { items: [item({ sku: 'LOST' })] }),
    order('302-2', { items: [item({ sku: 'NEW' })] }),
  ]);
  const skus = (await stored()).flatMap(({ items }) => items.map(({ sku }) => sku));
  expect(skus.sort()).toEqual(['KEPT', 'NEW']);
});

test('items keep Amazon’s order', async () => {
  const items = Array.from({ length: 30 }, (_, line) => item({ sku: `SKU-${line}` }));
  await upsert([order('302-1', { items })]);
  expect((await stored())[0]?.items.map(({ sku }) => sku)).toEqual(items.map(({ sku }) => sku));
});

test('an empty batch is nothing to do', async () => {
  await upsert([]);
  expect(await stored()).toEqual([]);
});

test('a thousand orders are one batch', async () => {
  await upsert(Array.from({ length: 1_000 }, (_, index) => order(`302-${index}`)));
  const { total } = await orderPages.list(database.db, user, {}, { limit: 1 });
  expect(total).toBe(1_000);
});

test('windows that are imported at once and share orders neither block nor double them', async () => {
  const ids = Array.from({ length: 50 }, (_, index) => `302-${String(index).padStart(2, '0')}`);
  const batches = Array.from({ length: 8 }, (_, batch) => {
    const lastUpdated = new Date(Date.parse(OLDER) + batch).toISOString();
    const orders = ids.map((id) => order(id, { lastUpdated, items: [item(), item()] }));
    return batch % 2 === 0 ? orders : orders.reverse();
  });
  await Promise.all(batches.map((batch) => upsert(batch)));
  const rows = await stored();
  expect(rows.map(({ orderId }) => orderId).sort()).toEqual(ids);
  const last = new Date(Date.parse(OLDER) + 7).toISOString();
  for (const { lastUpdated, items } of rows) {
    expect(lastUpdated).toBe(last);
    expect(items).toHaveLength(2);
  }
});

test('the same order id of two connections is two orders', async () => {
  const other = await connected(database.db, user, { region: 'na' });
  await upsert([order('302-1', { status: 'Shipped' })]);
  await upsert([order('302-1', { status: 'Pending' })], other);
  expect((await stored()).map(({ status }) => status).sort()).toEqual(['Pending', 'Shipped']);
});
