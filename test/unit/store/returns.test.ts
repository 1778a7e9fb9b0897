import type { AccountRowFilters } from '../../../store/account-rows';
import { type NewReturn, returnPages, upsertReturns } from '../../../store/returns';
import { connected, returned } from './stored-things';
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

const MONDAY = '2026-02-02T00:00:00.000Z';
const TUESDAY = '2026-02-03T00:00:00.000Z';

const upsert = (returns: NewReturn[]) =>
  database.db.transaction().execute((trx) => upsertReturns(trx, connectionId, returns));
const list = (filters: AccountRowFilters = {}, page = {}) =>
  returnPages.list(database.db, user, filters, { limit: 200, ...page });
const stored = async () => (await list()).rows;

test('a return is stored with all it says', async () => {
  const full = returned('302-1', { title: '出品 🛒', status: 'Reimbursed' });
  await upsert([full]);
  const { amazonOrderId, occurrence: _, ...rest } = full;
  expect(await stored()).toEqual([{ id: expect.any(String), orderId: amazonOrderId, ...rest }]);
});

test('lines that agree in everything are told apart by their occurrence, however often they come', async () => {
  const twins = [returned('302-1'), returned('302-1', { occurrence: 1 })];
  await upsert(twins);
  const before = await stored();
  await upsert(twins);
  expect(before).toHaveLength(2);
  expect(await stored()).toEqual(before);
});

test('what Amazon finds out later changes the line, its label too', async () => {
  await upsert([returned('302-1', { status: null, licensePlateNumber: null })]);
  const [before] = await stored();
  const found = { status: 'Reimbursed', licensePlateNumber: 'LPN-1', disposition: 'DEFECTIVE' };
  await upsert([returned('302-1', found)]);
  expect(await stored()).toEqual([{ ...before, ...found }]);
});

test('of lines that a later report combines, those beyond its own go, and no others', async () => {
  const other = returned('302-2');
  await upsert([
    returned('302-1'),
    returned('302-1', { occurrence: 1 }),
    returned('302-1', { occurrence: 2, fnsku: null }),
    { ...other, fnsku: null },
    other,
  ]);
  await upsert([returned('302-1', { quantity: 2 })]);
  expect((await stored()).map(({ orderId, fnsku }) => [orderId, fnsku])).toEqual(
    expect.arrayContaining([
      ['302-1', 'X-1'],
      ['302-1', null],
      ['302-2', null],
      ['302-2', 'X-1'],
    ]),
  );
  expect(await stored()).toHaveLength(4);
});

test('a batch that begins in the midst of equal lines deletes none of before', async () => {
  await upsert([returned('302-1'), returned('302-1', { occurrence: 1 })]);
  await upsert([returned('302-1', { occurrence: 2 })]);
  expect(await stored()).toHaveLength(3);
});

test.each<[AccountRowFilters, string[]]>([
  [{}, ['O-3', 'O-2', 'O-1']],
  [{ orderId: 'O-1' }, ['O-1']],
  [{ sku: 'B' }, ['O-2']],
  [{ asin: 'B1' }, ['O-2', 'O-1']],
  [{ reason: 'DEFECTIVE' }, ['O-2']],
  [{ from: new Date(TUESDAY) }, ['O-3', 'O-2']],
  [{ to: new Date(TUESDAY) }, ['O-1']],
  [{ from: new Date(TUESDAY), sku: 'B', reason: 'DEFECTIVE' }, ['O-2']],
  [{ sku: "' or 1=1 --" }, []],
])('returns with %j are %j', async (filters, ids) => {
  await upsert([
    returned('O-1', { returnDate: MONDAY, asin: 'B1' }),
    returned('O-2', { returnDate: TUESDAY, sku: 'B', asin: 'B1', reason: 'DEFECTIVE' }),
    returned('O-3', { returnDate: TUESDAY, reason: null }),
  ]);
  const { rows, total } = await list(filters);
  expect(rows.map(({ orderId }) => orderId)).toEqual(ids);
  expect(total).toBe(ids.length);
});

test.each(['returnDate', '-returnDate'])('pages by %s add up to the list', async (sort) => {
  const days = [MONDAY, TUESDAY, MONDAY, TUESDAY, TUESDAY];
  await upsert(days.map((returnDate, index) => returned(`O-${index}`, { returnDate })));
  const all = (await list({}, { sort })).rows;
  const found: unknown[] = [];
  let cursor: string | undefined;
  do {
    const page = await list({}, { sort, limit: 2, cursor });
    expect(page.total).toBe(5);
    found.push(...page.rows);
    cursor = page.nextCursor ?? undefined;
  } while (cursor !== undefined);
  expect(found).toEqual(all);
  const dates = all.map(({ returnDate }) => String(returnDate));
  expect(dates).toEqual(sort === 'returnDate' ? dates.toSorted() : dates.toSorted().reverse());
});

test('a cursor of another sort is none of this one', async () => {
  await upsert([returned('O-1'), returned('O-2')]);
  const { nextCursor } = await list({}, { sort: 'returnDate', limit: 1 });
  await expect(list({}, { sort: '-returnDate', cursor: nextCursor ?? '' })).rejects.toThrow(
    'The cursor is not valid',
  );
});
