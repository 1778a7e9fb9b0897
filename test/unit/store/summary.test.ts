import { upsertClaims } from '../../../store/claims';
import { upsertInventory } from '../../../store/inventory';
import { upsertOrders } from '../../../store/orders';
import { claimsByMonth, ordersByDay, outOfStock, UnknownTimeZone } from '../../../store/summary';
import { claim, connected, NOW, order, stock } from './stored-things';
import { type TestDatabase, testDatabase } from './test-database';

const DE = 'A1PA6795UKMFR9';
const FR = 'A13V1IB3VIYZZH';
const USER = 'user123';

let database: TestDatabase;
beforeAll(async () => {
  database = await testDatabase();
  await connected(database.db, 'somebody-else');
  for (const userKey of [USER, 'another']) {
    const connectionId = await connected(database.db, userKey);
    const scan = (marketplaceId: string) => ({ scannedAt: NOW, connectionId, marketplaceId });
    await database.db.transaction().execute(async (trx) => {
      await upsertOrders(trx, connectionId, [
        order('O-1', { purchaseDate: '2026-02-27T23:30:00.000Z' }),
        order('O-2', { purchaseDate: '2026-02-28T12:00:00.000Z', status: 'CANCELLED' }),
        order('O-3', { purchaseDate: '2026-02-26T22:30:00.000Z' }),
      ]);
      await upsertInventory(trx, scan(DE), [
        stock('A', { fulfillable: 0, inboundShipped: 3, inboundReceiving: 1, reserved: 2 }),
        stock('B', { fulfillable: 0 }),
        // Nothing in one condition, something in another: not out.
        stock('C', { fulfillable: 0, fnsku: 'X-1' }),
        stock('C', { fulfillable: 1, fnsku: 'X-2', condition: 'Used' }),
      ]);
      await upsertInventory(trx, scan(FR), [stock('A')]);
      await upsertClaims(trx, connectionId, [
        claim('R-1', { approvalDate: '2026-01-31T23:30:00.000Z', amountTotal: '0.10' }),
        claim('R-2', { approvalDate: '2026-02-03T10:00:00.000Z', amountTotal: '0.20' }),
        claim('R-3', { approvalDate: '2026-02-04T10:00:00.000Z', amountTotal: '-100.00' }),
        claim('R-4', { approvalDate: '2026-02-05T10:00:00.000Z', currency: 'SEK' }),
        claim('R-5', { approvalDate: '2026-02-06T10:00:00.000Z', reason: null, amountTotal: null }),
        claim('R-6', { approvalDate: '2025-12-31T22:00:00.000Z' }),
      ]);
    });
  }
});
afterAll(() => database.drop());

const period = (count: number, timeZone = 'UTC') => ({ now: NOW, timeZone, count });

test('claims are summed exactly, by month, currency and reason, and never across currencies', async () => {
  expect(await claimsByMonth(database.db, USER, period(3))).toEqual([
    { month: '2026-01', reason: 'Lost_Warehouse', currency: 'EUR', claims: 1, amount: '0.10' },
    { month: '2026-02', reason: 'Lost_Warehouse', currency: 'EUR', claims: 2, amount: '-99.80' },
    { month: '2026-02', reason: null, currency: 'EUR', claims: 1, amount: '0' },
    { month: '2026-02', reason: 'Lost_Warehouse', currency: 'SEK', claims: 1, amount: '8.20' },
  ]);
});

test('a month is the month of the zone', async () => {
  const [first] = await claimsByMonth(database.db, USER, period(2, 'Europe/Berlin'));
  expect(first).toMatchObject({ month: '2026-02', claims: 3, amount: '-99.70' });
});

test('each day is there, and an order belongs to the day of the zone', async () => {
  expect(await ordersByDay(database.db, USER, period(4))).toEqual([
    { day: '2026-02-26', orders: 1, cancelled: 0 },
    { day: '2026-02-27', orders: 1, cancelled: 0 },
    { day: '2026-02-28', orders: 1, cancelled: 1 },
    { day: '2026-03-01', orders: 0, cancelled: 0 },
  ]);
  expect(await ordersByDay(database.db, USER, period(3, 'Europe/Berlin'))).toEqual([
    { day: '2026-02-27', orders: 0, cancelled: 0 },
    { day: '2026-02-28', orders: 2, cancelled: 1 },
    { day: '2026-03-01', orders: 0, cancelled: 0 },
  ]);
});

test('days around a change of the clocks are each there once', async () => {
  const now = new Date('2026-03-30T12:00:00.000Z');
  const days = await ordersByDay(database.db, USER, { now, timeZone: 'Europe/Berlin', count: 4 });
  expect(days.map(({ day }) => day)).toEqual([
    '2026-03-27',
    '2026-03-28',
    '2026-03-29',
    '2026-03-30',
  ]);
});

test('a SKU is out where no condition of it can be sold, and those without supplies come first', async () => {
  expect(await outOfStock(database.db, USER, 10)).toEqual({
    total: 2,
    of: 4,
    items: [
      expect.objectContaining({ sku: 'B', marketplaceId: DE, inbound: 0, reserved: 1 }),
      expect.objectContaining({ sku: 'A', marketplaceId: DE, inbound: 4, reserved: 2 }),
    ],
  });
  expect((await outOfStock(database.db, USER, 1)).items).toHaveLength(1);
});

test('who has nothing is shown nothing', async () => {
  expect(await claimsByMonth(database.db, 'nobody', period(12))).toEqual([]);
  expect((await ordersByDay(database.db, 'nobody', period(2))).map(({ orders }) => orders)).toEqual(
    [0, 0],
  );
  expect(await outOfStock(database.db, 'nobody', 5)).toEqual({ total: 0, of: 0, items: [] });
});

test('a zone that does not exist is said to be the caller’s', async () => {
  for (const ask of [claimsByMonth, ordersByDay]) {
    await expect(ask(database.db, USER, period(3, 'Europe/Atlantis'))).rejects.toThrow(
      UnknownTimeZone,
    );
  }
});
