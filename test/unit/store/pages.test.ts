import fc from 'fast-check';
import { ClaimSort, InventorySort, OrderSort } from '../../../contract/sorts';
import { claimPages } from '../../../store/claim-pages';
import { upsertClaims } from '../../../store/claims';
import { upsertInventory } from '../../../store/inventory';
import { inventoryPages } from '../../../store/inventory-pages';
import { orderPages } from '../../../store/order-pages';
import { upsertOrders } from '../../../store/orders';
import { encodeCursor, InvalidCursor, type Page } from '../../../store/page';
import { claim, connected, NOW, order, stock } from './stored-things';
import { type TestDatabase, testDatabase } from './test-database';

/** Fifty rows of each kind in each of two connections, in runs of equal sort keys, and other people's rows. */
const ROWS = 50;
const ALL = 2 * ROWS;
const DE = 'A1PA6795UKMFR9';
const FIRST_DAY = Date.parse('2026-02-01T00:00:00.000Z');
/** As numbers, not as text; a reversal and a claim without an amount among them. */
const AMOUNTS = ['9.5', '10.25', '-3', null, '0'] as const;
const dayOf = (index: number) =>
  new Date(FIRST_DAY + Math.floor(index / 7) * 86_400_000).toISOString();

let database: TestDatabase;
beforeAll(async () => {
  database = await testDatabase();
  await fill(await connected(database.db, 'user123', { region: 'eu' }));
  await fill(await connected(database.db, 'user123', { region: 'na' }));
  await fill(await connected(database.db, 'user456'));
  await fill(await connected(database.db, 'user789'));
  await connected(database.db, 'user789', { sellerId: 'A2SELLER' });
});
afterAll(() => database.drop());

function fill(connectionId: string): Promise<void> {
  const indexes = Array.from({ length: ROWS }, (_, index) => index);
  const scan = { scannedAt: NOW, connectionId, marketplaceId: DE };
  return database.db.transaction().execute(async (trx) => {
    await upsertOrders(
      trx,
      connectionId,
      indexes.map((index) =>
        order(`302-${index}`, {
          purchaseDate: dayOf(index),
          lastUpdated: dayOf((index * 17) % ROWS),
        }),
      ),
    );
    await upsertInventory(
      trx,
      scan,
      indexes.map((index) =>
        stock(`SKU-${Math.floor(index / 7)}`, {
          fnsku: `X-${index}`,
          fulfillable: (index * 17) % 9,
        }),
      ),
    );
    await upsertClaims(
      trx,
      connectionId,
      indexes.map((index) =>
        claim(`R-${index}`, { approvalDate: dayOf(index), amountTotal: AMOUNTS[index % 5] }),
      ),
    );
  });
}

type List = (user: string, page: { limit: number; cursor?: string }) => Promise<Page<unknown>>;
type NameOf = (row: unknown) => unknown;
const LISTS: [string, List, NameOf, string][] = [
  ...OrderSort.options.map((sort): [string, List, NameOf, string] => [
    'orders',
    (user, page) => orderPages.list(database.db, user, {}, { ...page, sort }),
    (row) => ({ ...Object(row) }).orderId,
    sort,
  ]),
  ...InventorySort.options.map((sort): [string, List, NameOf, string] => [
    'inventory',
    (user, page) => inventoryPages.list(database.db, user, {}, { ...page, sort }),
    (row) => ({ ...Object(row) }).fnsku,
    sort,
  ]),
  ...ClaimSort.options.map((sort): [string, List, NameOf, string] => [
    'claims',
    (user, page) => claimPages.list(database.db, user, {}, { ...page, sort }),
    (row) => ({ ...Object(row) }).reimbursementId,
    sort,
  ]),
];

/** The JSON in a cursor, where there is some. */
function parsedOf(cursor: string): unknown {
  try {
    return JSON.parse(Buffer.from(cursor, 'base64url').toString('utf8'));
  } catch {
    return undefined;
  }
}

async function allPages(list: List, user: string, limit: number): Promise<Page<unknown>[]> {
  const pages: Page<unknown>[] = [];
  for (let cursor: string | undefined; ; ) {
    const page = await list(user, { limit, cursor });
    pages.push(page);
    if (page.nextCursor === null) return pages;
    cursor = page.nextCursor;
  }
}

describe.each(LISTS)('the pages of %s', (kind, list, nameOf, sort) => {
  test.each([3, 50, 99, 100, 101])(
    'of %d rows show each row exactly once, in one order',
    async (limit) => {
      const pages = await allPages(list, 'user123', limit);
      const [whole] = await allPages(list, 'user123', 1_000);
      expect(pages.flatMap(({ rows }) => rows)).toEqual(whole?.rows);
      expect(pages).toHaveLength(Math.ceil(ALL / limit));
      const names = pages.flatMap(({ rows }) => rows.map(nameOf));
      expect(names).toHaveLength(ALL);
      expect(new Set(names).size).toBe(ROWS);
    },
  );

  test(`by ${sort} are in that order`, async () => {
    const { rows } = await list('user123', { limit: 200 });
    const by = sort.replace('-', '');
    const values = rows.map((row) => ({ ...Object(row) })[by] ?? '0');
    const compare = (a: unknown, b: unknown) =>
      by === 'amountTotal' || by === 'fulfillable'
        ? Number(a) - Number(b)
        : String(a) < String(b)
          ? -1
          : 1;
    const sorted = [...values].sort(compare);
    const expected = sort.startsWith('-') ? sorted.reverse() : sorted;
    expect(values.map(String)).toEqual(expected.map(String));
  });

  test('give each row an id that is its own and stays', async () => {
    const { rows } = await list('user123', { limit: 200 });
    const idsOf = (some: readonly unknown[]) => some.map((row) => ({ ...Object(row) }).id);
    expect(new Set(idsOf(rows)).size).toBe(ALL);
    for (const id of idsOf(rows)) expect(typeof id).toBe('string');
    expect(idsOf((await list('user123', { limit: 200 })).rows)).toEqual(idsOf(rows));
  });

  test('are not gone on with by a cursor of another sort', async () => {
    for (const [otherKind, other, , otherSort] of LISTS) {
      if (otherKind === kind && otherSort === sort) continue;
      const { nextCursor } = await other('user123', { limit: 10 });
      const page = list('user123', { limit: 10, cursor: nextCursor ?? '' });
      await expect(page).rejects.toThrow(InvalidCursor);
    }
  });

  test('all tell the same total', async () => {
    const pages = await allPages(list, 'user123', 30);
    expect(pages.map(({ total }) => total)).toEqual([ALL, ALL, ALL, ALL]);
  });

  test('hold no row of another user, and none of a connection that was left', async () => {
    expect(await list('user456', { limit: 200 })).toMatchObject({ total: ROWS });
    for (const user of ['user789', 'nobody', '']) {
      const nothing = { rows: [], total: 0, nextCursor: null };
      expect(await list(user, { limit: 200 })).toEqual(nothing);
    }
  });

  test('of another user are not opened by a cursor', async () => {
    const { nextCursor } = await list('user123', { limit: 10 });
    const cursor = nextCursor ?? '';
    expect((await list('user789', { limit: 200, cursor })).rows).toEqual([]);
    expect((await list('user456', { limit: 200, cursor })).total).toBe(ROWS);
  });

  test.each([
    ['no base64', '***'],
    ['no JSON', Buffer.from('hello').toString('base64url')],
    ['null', encodeCursor([null])],
    ['an empty list', encodeCursor([])],
    ['too few parts', encodeCursor(['2026-02-01T00:00:00.000Z'])],
    ['too many parts', encodeCursor(['2026-02-01T00:00:00.000Z', '1', '2', '3'])],
    ['parts of other types', encodeCursor([1, 2, 3])],
    ['a day that never was', encodeCursor(['2026-02-31T00:00:00.000Z', '302-1', 'x'])],
    ['an id too large', encodeCursor(['2026-02-01T00:00:00.000Z', '9'.repeat(19)])],
    ['an SQL text', encodeCursor(["x'; drop table orders; --", "1'; --"])],
    ['a NUL', encodeCursor(['a\0b', '1'])],
    [
      'a NUL in an order',
      encodeCursor(['2026-02-01T00:00:00.000Z', 'a\0b', '11111111-1111-4111-8111-111111111111']),
    ],
  ])('refuse a cursor with %s', async (_what, written) => {
    const key: unknown = parsedOf(written);
    const cursor = Array.isArray(key) ? encodeCursor([sort, ...key]) : written;
    await expect(list('user123', { limit: 10, cursor })).rejects.toThrow(InvalidCursor);
  });

  test('refuse whatever text comes as a cursor, or show a page', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.oneof(
          fc.string(),
          fc.jsonValue().map((v) => encodeCursor([sort, v, v])),
        ),
        async (cursor) => {
          const answer = await list('user123', { limit: 1, cursor }).catch(
            (error: unknown) => error,
          );
          if (answer instanceof Error) expect(answer).toBeInstanceOf(InvalidCursor);
        },
      ),
      { numRuns: 50 },
    );
  });
});

test('newest first: orders by purchase, claims by approval; inventory by SKU', async () => {
  const { rows: orders } = await orderPages.list(database.db, 'user123', {}, { limit: 200 });
  const dates = orders.map(({ purchaseDate }) => purchaseDate);
  expect(dates).toEqual([...dates].sort().reverse());
  const { rows: claims } = await claimPages.list(database.db, 'user123', {}, { limit: 200 });
  const approvals = claims.map(({ approvalDate }) => approvalDate);
  expect(approvals).toEqual([...approvals].sort().reverse());
  const { rows: inventory } = await inventoryPages.list(database.db, 'user123', {}, { limit: 200 });
  const skus = inventory.map(({ sku }) => sku);
  expect(skus).toEqual([...skus].sort());
});

test('rows that come while somebody pages neither repeat nor hide the others', async () => {
  const user = 'user-paging';
  const connectionId = await connected(database.db, user);
  await fill(connectionId);
  const first = await orderPages.list(database.db, user, {}, { limit: 20 });
  const added = [
    order('NEWEST', { purchaseDate: '2026-12-01T00:00:00.000Z' }),
    order('OLDEST', { purchaseDate: '2025-01-01T00:00:00.000Z' }),
  ];
  await database.db.transaction().execute((trx) => upsertOrders(trx, connectionId, added));
  const cursor = first.nextCursor ?? '';
  const rest = await orderPages.list(database.db, user, {}, { limit: 200, cursor });
  const ids = [...first.rows, ...rest.rows].map(({ orderId }) => orderId);
  expect(new Set(ids).size).toBe(ids.length);
  expect(ids).toHaveLength(ROWS + 1);
  expect(ids).toContain('OLDEST');
});
