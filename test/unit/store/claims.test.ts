import { claimPages } from '../../../store/claim-pages';
import { type NewClaim, upsertClaims } from '../../../store/claims';
import { claim, connected } from './stored-things';
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

const upsert = (claims: NewClaim[]) =>
  database.db.transaction().execute((trx) => upsertClaims(trx, connectionId, claims));
const stored = async () => (await claimPages.list(database.db, user, {}, { limit: 200 })).rows;

test('a claim is stored with all it says, in the exact digits of its amounts', async () => {
  const full = claim('R-1', {
    caseId: 'C-1',
    amazonOrderId: '302-1',
    title: '出品 🛒',
    amountPerUnit: '0.333333333333333333333',
    amountTotal: '99999999999999999.10',
    originalReimbursementId: 'R-0',
    originalReimbursementType: 'Damaged',
  });
  await upsert([full]);
  const { amazonOrderId, occurrence: _, ...rest } = full;
  expect(await stored()).toEqual([{ id: expect.any(String), orderId: amazonOrderId, ...rest }]);
});

test('a reimbursement id repeats: each line of it is a claim', async () => {
  await upsert([
    claim('R-1', { sku: 'A' }),
    claim('R-1', { sku: 'B' }),
    claim('R-1', { sku: 'A', fnsku: 'X-2' }),
    claim('R-1', { sku: 'A', reason: 'Damaged_Warehouse' }),
    claim('R-1', { sku: null, fnsku: null, reason: null }),
  ]);
  expect(await stored()).toHaveLength(5);
});

test('lines that agree in everything are told apart by their occurrence', async () => {
  const twins = [claim('R-1'), claim('R-1', { occurrence: 1 })];
  await upsert(twins);
  await upsert(twins);
  expect(await stored()).toHaveLength(2);
});

test('a reversal on a later day stands beside what it reverses', async () => {
  await upsert([
    claim('R-1', { amountTotal: '8.20', quantityCash: 2 }),
    claim('R-1', {
      approvalDate: '2026-02-20T10:00:00.000Z',
      amountTotal: '-8.20',
      quantityCash: -2,
    }),
  ]);
  expect((await stored()).map(({ amountTotal }) => amountTotal)).toEqual(['-8.20', '8.20']);
});

test('the same report again doubles nothing, also where values are unknown', async () => {
  const lines = [
    claim('R-1'),
    claim('R-2', { sku: null, fnsku: null, reason: null, amountTotal: null }),
  ];
  await upsert(lines);
  await upsert(lines);
  expect(await stored()).toHaveLength(2);
});

test('a later report corrects what a line says', async () => {
  await upsert([claim('R-1', { caseId: null, amountTotal: '8.20' })]);
  await upsert([claim('R-1', { caseId: 'C-9', amountTotal: '8.00' })]);
  expect(await stored()).toEqual([expect.objectContaining({ caseId: 'C-9', amountTotal: '8.00' })]);
});

test('lines that a later report has combined into fewer are no longer there', async () => {
  const line = (occurrence: number, amountTotal: string) =>
    claim('R-1', { occurrence, amountTotal });
  const others = [claim('R-2'), claim('R-2', { occurrence: 1 })];
  await upsert([line(0, '8.20'), line(1, '4.10'), line(2, '4.10'), ...others]);
  await upsert([line(0, '8.20'), line(1, '8.20')]);
  await upsert([claim('R-1', { sku: 'OTHER', amountTotal: '1.00' })]);
  const amounts = async () =>
    (await stored())
      .filter(({ reimbursementId }) => reimbursementId === 'R-1')
      .map(({ amountTotal }) => amountTotal)
      .sort();
  expect(await amounts()).toEqual(['1.00', '8.20', '8.20']);
  await upsert([line(0, '16.40')]);
  expect(await amounts()).toEqual(['1.00', '16.40']);
  expect(await stored()).toHaveLength(4);
});

test('lines of one key that two batches share are all there, however often they come', async () => {
  const all = Array.from({ length: 5 }, (_, occurrence) => claim('R-1', { occurrence }));
  for (let report = 0; report < 2; report += 1) {
    await upsert(all.slice(0, 2));
    await upsert(all.slice(2));
    expect(await stored()).toHaveLength(5);
  }
});

test('a line that comes again stays the row that it was', async () => {
  const lines = [claim('R-1'), claim('R-1', { occurrence: 1 }), claim('R-1', { sku: null })];
  const ids = async () =>
    (await database.db.selectFrom('claims').select('id').orderBy('id').execute()).map(
      ({ id }) => id,
    );
  await upsert(lines);
  const before = await ids();
  await upsert(lines);
  expect(await ids()).toEqual(before);
});

test('the same claim of two connections is two', async () => {
  await upsert([claim('R-1')]);
  connectionId = await connected(database.db, user, { region: 'na' });
  await upsert([claim('R-1')]);
  expect(await stored()).toHaveLength(2);
});

test('an empty batch is nothing to do', async () => {
  await upsert([]);
  expect(await stored()).toEqual([]);
});
