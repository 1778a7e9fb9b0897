import type { AccountRowFilters } from '../../../store/account-rows';
import { claimPages } from '../../../store/claim-pages';
import { upsertClaims } from '../../../store/claims';
import { upsertInventory } from '../../../store/inventory';
import { type InventoryFilters, inventoryPages } from '../../../store/inventory-pages';
import { type OrderFilters, orderPages } from '../../../store/order-pages';
import { upsertOrders } from '../../../store/orders';
import { claim, connected, item, NOW, order, stock } from './stored-things';
import { type TestDatabase, testDatabase } from './test-database';

const DE = 'A1PA6795UKMFR9';
const FR = 'A13V1IB3VIYZZH';
const MONDAY = '2026-02-02T00:00:00.000Z';
const TUESDAY = '2026-02-03T00:00:00.000Z';
const USER = 'user123';
const LIMIT = { limit: 200 };

let database: TestDatabase;
beforeAll(async () => {
  database = await testDatabase();
  const connectionId = await connected(database.db, USER);
  const scan = (marketplaceId: string) => ({ scannedAt: NOW, connectionId, marketplaceId });
  await database.db.transaction().execute(async (trx) => {
    await upsertOrders(trx, connectionId, [
      order('O-1', {
        purchaseDate: MONDAY,
        items: [item({ sku: 'A', asin: 'B1' }), item({ sku: 'B', asin: 'B2' })],
      }),
      order('O-2', {
        purchaseDate: TUESDAY,
        status: 'Pending',
        marketplaceId: FR,
        items: [item({ sku: 'B', asin: 'B1' }), item({ sku: 'B', asin: 'B1' })],
      }),
      order('O-3', { purchaseDate: TUESDAY, marketplaceId: null, items: [] }),
    ]);
    await upsertInventory(trx, scan(DE), [stock('A', { asin: 'B1' }), stock('B', { asin: 'B2' })]);
    await upsertInventory(trx, scan(FR), [stock('A', { asin: 'B1' })]);
    await upsertClaims(trx, connectionId, [
      claim('R-1', { approvalDate: MONDAY, amazonOrderId: 'O-1', sku: 'A', asin: 'B1' }),
      claim('R-2', { approvalDate: TUESDAY, sku: 'B', asin: 'B1', reason: 'Damaged' }),
      claim('R-3', { approvalDate: TUESDAY, sku: null, asin: null, reason: null }),
    ]);
  });
});
afterAll(() => database.drop());

const monday = new Date(MONDAY);
const tuesday = new Date(TUESDAY);

test.each<[OrderFilters, string[]]>([
  [{}, ['O-3', 'O-2', 'O-1']],
  [{ status: 'Pending' }, ['O-2']],
  [{ status: 'pending' }, []],
  [{ orderId: 'O-1' }, ['O-1']],
  [{ marketplaceId: FR }, ['O-2']],
  [{ sku: 'A' }, ['O-1']],
  [{ sku: 'B' }, ['O-2', 'O-1']],
  [{ asin: 'B1' }, ['O-2', 'O-1']],
  // Of one and the same item.
  [{ sku: 'B', asin: 'B1' }, ['O-2']],
  [{ sku: 'A', asin: 'B2' }, []],
  [{ from: tuesday }, ['O-3', 'O-2']],
  [{ to: tuesday }, ['O-1']],
  [{ from: monday, to: tuesday }, ['O-1']],
  [{ from: tuesday, to: tuesday }, []],
  [{ from: monday, sku: 'B', status: 'Pending' }, ['O-2']],
  [{ sku: "' or 1=1 --" }, []],
  [{ sku: '%' }, []],
])('orders with %j are %j', async (filters, ids) => {
  const { rows, total } = await orderPages.list(database.db, USER, filters, LIMIT);
  expect(rows.map(({ orderId }) => orderId)).toEqual(ids);
  expect(total).toBe(ids.length);
});

test('an order found by one of its items shows all of them', async () => {
  const { rows } = await orderPages.list(database.db, USER, { sku: 'A' }, LIMIT);
  expect(rows[0]?.items.map(({ sku }) => sku)).toEqual(['A', 'B']);
});

test.each<[InventoryFilters, [string, string][]]>([
  [
    { sku: 'A' },
    [
      ['A', DE],
      ['A', FR],
    ],
  ],
  [{ sku: 'A', marketplaceId: FR }, [['A', FR]]],
  [{ asin: 'B2' }, [['B', DE]]],
  [
    { marketplaceId: DE },
    [
      ['A', DE],
      ['B', DE],
    ],
  ],
  [{ sku: 'C' }, []],
])('inventory with %j is %j', async (filters, found) => {
  const { rows, total } = await inventoryPages.list(database.db, USER, filters, LIMIT);
  expect(rows.map(({ sku, marketplaceId }) => [sku, marketplaceId])).toEqual(found);
  expect(total).toBe(found.length);
});

test.each<[AccountRowFilters, string[]]>([
  [{}, ['R-3', 'R-2', 'R-1']],
  [{ orderId: 'O-1' }, ['R-1']],
  [{ sku: 'B' }, ['R-2']],
  [{ asin: 'B1' }, ['R-2', 'R-1']],
  [{ reason: 'Damaged' }, ['R-2']],
  [{ from: tuesday }, ['R-3', 'R-2']],
  [{ to: tuesday }, ['R-1']],
  [{ from: tuesday, sku: 'B', reason: 'Damaged' }, ['R-2']],
  [{ reason: 'Stolen' }, []],
])('claims with %j are %j', async (filters, ids) => {
  const { rows, total } = await claimPages.list(database.db, USER, filters, LIMIT);
  expect(rows.map(({ reimbursementId }) => reimbursementId)).toEqual(ids);
  expect(total).toBe(ids.length);
});

test('a total counts what the filters leave, on all pages', async () => {
  const page = await orderPages.list(database.db, USER, { sku: 'B' }, { limit: 1 });
  expect(page).toMatchObject({ total: 2, rows: [{ orderId: 'O-2' }] });
  const cursor = page.nextCursor ?? '';
  const next = await orderPages.list(database.db, USER, { sku: 'B' }, { limit: 1, cursor });
  expect(next).toMatchObject({ total: 2, rows: [{ orderId: 'O-1' }], nextCursor: null });
});
