import {
  markGone,
  type NewInventoryItem,
  type Scan,
  upsertInventory,
} from '../../../store/inventory';
import { inventoryPages } from '../../../store/inventory-pages';
import { connected, NOW, stock } from './stored-things';
import { type TestDatabase, testDatabase } from './test-database';

let database: TestDatabase;
beforeAll(async () => {
  database = await testDatabase();
});
afterAll(() => database.drop());

let users = 0;
let scans = 0;
let user: string;
let connectionId: string;
beforeEach(async () => {
  user = `user${++users}`;
  connectionId = await connected(database.db, user);
});

const DE = 'A1PA6795UKMFR9';
const FR = 'A13V1IB3VIYZZH';

/** A scan of all pages; one that breaks off marks nothing gone. */
function scan(pages: NewInventoryItem[][], { marketplaceId = DE, whole = true } = {}) {
  const own = { scannedAt: new Date(NOW.getTime() + ++scans), connectionId, marketplaceId };
  return database.db.transaction().execute(async (trx) => {
    for (const page of pages) await upsertInventory(trx, own, page);
    return whole ? markGone(trx, own, NOW) : 0;
  });
}

const stored = async () => (await inventoryPages.list(database.db, user, {}, { limit: 200 })).rows;
const skus = async () => (await stored()).map(({ sku }) => sku);

test('stock is stored with all it says', async () => {
  const full = stock('SKU-1', {
    title: '出品 🛒',
    inboundWorking: 1,
    inboundShipped: 2,
    inboundReceiving: 3,
    unfulfillable: 4,
    researching: 5,
    total: 21,
    lastUpdated: '2026-02-01T10:00:00.000Z',
  });
  await scan([[full]]);
  expect(await stored()).toEqual([{ id: expect.any(String), marketplaceId: DE, ...full }]);
});

test('a later scan replaces the counts', async () => {
  await scan([[stock('SKU-1')]]);
  await scan([[stock('SKU-1', { fulfillable: 0, title: null })]]);
  expect(await stored()).toEqual([expect.objectContaining({ fulfillable: 0, title: null })]);
});

test('what a whole scan no longer sees is gone, over all its pages', async () => {
  await scan([[stock('A'), stock('B')], [stock('C')]]);
  expect(await scan([[stock('A')], [stock('C')]])).toBe(1);
  expect(await skus()).toEqual(['A', 'C']);
});

test('what was gone can come back', async () => {
  await scan([[stock('A')]]);
  await scan([[]]);
  expect(await skus()).toEqual([]);
  await scan([[stock('A', { fulfillable: 9 })]]);
  expect(await stored()).toEqual([expect.objectContaining({ sku: 'A', fulfillable: 9 })]);
});

test('what has been gone for a while keeps the time at which it went', async () => {
  await scan([[stock('A')]]);
  expect(await scan([[]])).toBe(1);
  expect(await scan([[]])).toBe(0);
});

test('a scan that breaks off marks nothing gone', async () => {
  await scan([[stock('A'), stock('B')]]);
  await scan([[stock('A')]], { whole: false });
  expect(await skus()).toEqual(['A', 'B']);
});

describe('a scan that was given up and still writes', () => {
  // Two attempts at one scan, the first of which has only now found out.
  let givenUp: Scan;
  let newer: Scan;
  beforeEach(() => {
    const at = (scan: number) => new Date(NOW.getTime() + scan);
    givenUp = { scannedAt: at(++scans), connectionId, marketplaceId: DE };
    newer = { scannedAt: at(++scans), connectionId, marketplaceId: DE };
  });
  const write = (own: Scan, page: NewInventoryItem[]) =>
    database.db.transaction().execute((trx) => upsertInventory(trx, own, page));
  const close = (own: Scan) => database.db.transaction().execute((trx) => markGone(trx, own, NOW));

  test('overwrites nothing that the newer one has seen', async () => {
    await write(newer, [stock('A', { fulfillable: 5 })]);
    await write(givenUp, [stock('A', { fulfillable: 9 })]);
    expect(await stored()).toEqual([expect.objectContaining({ sku: 'A', fulfillable: 5 })]);
  });

  test('hides nothing that the newer one has seen, when that one ends', async () => {
    await write(newer, [stock('A'), stock('B')]);
    await write(givenUp, [stock('A'), stock('B')]);
    await write(newer, [stock('C')]);
    expect(await close(newer)).toBe(0);
    expect(await skus()).toEqual(['A', 'B', 'C']);
  });

  test('hides nothing that the newer one has seen, when it ends itself', async () => {
    await write(givenUp, [stock('A')]);
    await write(newer, [stock('A'), stock('B')]);
    expect(await close(givenUp)).toBe(0);
    expect(await skus()).toEqual(['A', 'B']);
  });

  test('brings nothing back that the newer one found gone, though it writes only then', async () => {
    await write({ ...givenUp, scannedAt: NOW }, [stock('A'), stock('SOLD')]);
    await write(newer, [stock('A')]);
    expect(await close(newer)).toBe(1);
    await write(givenUp, [stock('SOLD')]);
    expect(await skus()).toEqual(['A']);
    await scan([[stock('SOLD')]]);
    expect(await skus()).toEqual(['SOLD']);
  });

  test('brings nothing back that the newer one found gone', async () => {
    await write(givenUp, [stock('A'), stock('SOLD')]);
    await write(newer, [stock('A')]);
    expect(await close(newer)).toBe(1);
    expect(await close(givenUp)).toBe(0);
    expect(await skus()).toEqual(['A']);
  });
});

test('a scan of one marketplace says nothing of another', async () => {
  await scan([[stock('A')]], { marketplaceId: DE });
  await scan([[stock('A')]], { marketplaceId: FR });
  await scan([[]], { marketplaceId: FR });
  expect((await stored()).map(({ marketplaceId }) => marketplaceId)).toEqual([DE]);
});

test('a scan of one connection says nothing of another', async () => {
  await scan([[stock('A')]]);
  const first = connectionId;
  connectionId = await connected(database.db, user, { region: 'na' });
  await scan([[]]);
  connectionId = first;
  expect(await skus()).toEqual(['A']);
});

test('one SKU holds stock under several FNSKUs and conditions, also unknown ones', async () => {
  const items = [
    stock('A', { fnsku: 'X1' }),
    stock('A', { fnsku: 'X2' }),
    stock('A', { fnsku: 'X1', condition: 'UsedGood' }),
    stock('A', { fnsku: null }),
    stock('A', { fnsku: null, condition: null }),
  ];
  await scan([items]);
  await scan([items]);
  expect(await stored()).toHaveLength(5);
});

test('of an item twice on a page, the last one counts', async () => {
  await scan([[stock('A', { fulfillable: 1 }), stock('A', { fulfillable: 2 })]]);
  expect(await stored()).toEqual([expect.objectContaining({ fulfillable: 2 })]);
});

test('an item on two pages is one row', async () => {
  await scan([[stock('A', { fulfillable: 1 })], [stock('A', { fulfillable: 2 })]]);
  expect(await stored()).toEqual([expect.objectContaining({ fulfillable: 2 })]);
});
