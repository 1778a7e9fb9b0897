import {
  forgetRequestedReport,
  keepRequestedReport,
  requestedReport,
} from '../../../store/report-requests';
import { connected, NOW } from './stored-things';
import { type TestDatabase, testDatabase } from './test-database';

let database: TestDatabase;
beforeAll(async () => {
  database = await testDatabase();
});
afterAll(() => database.drop());

const at = (minutes: number) => new Date(NOW.getTime() + minutes * 60_000);
let users = 0;
const newRange = async () => ({
  connectionId: await connected(database.db, `user${++users}`),
  reportType: 'GET_FBA_REIMBURSEMENTS_DATA',
  from: at(-60),
  to: at(0),
});

test('a report that was requested is found again, for exactly its range', async () => {
  const { db } = database;
  const range = await newRange();
  await keepRequestedReport(db, range, 'R-1', at(0));
  expect(await requestedReport(db, range, at(-1))).toBe('R-1');
  expect(await requestedReport(db, range, at(0))).toBe('R-1');
  const others = [
    await newRange(),
    { ...range, reportType: 'OTHER' },
    { ...range, from: at(-59) },
    { ...range, to: at(1) },
  ];
  for (const other of others) expect(await requestedReport(db, other, at(-1))).toBeUndefined();
});

test('a report of an earlier sync is not adopted', async () => {
  const range = await newRange();
  await keepRequestedReport(database.db, range, 'R-1', at(0));
  expect(await requestedReport(database.db, range, at(1))).toBeUndefined();
});

test('the report requested last is kept', async () => {
  const { db } = database;
  const range = await newRange();
  await keepRequestedReport(db, range, 'R-1', at(0));
  await keepRequestedReport(db, range, 'R-2', at(5));
  expect(await requestedReport(db, range, at(0))).toBe('R-2');
});

test('a report that came to nothing is forgotten, and only that one', async () => {
  const { db } = database;
  const range = await newRange();
  const later = { ...range, from: at(0), to: at(60) };
  await keepRequestedReport(db, range, 'R-1', at(0));
  await keepRequestedReport(db, later, 'R-2', at(0));
  await forgetRequestedReport(db, range.connectionId, 'R-1');
  expect(await requestedReport(db, range, at(0))).toBeUndefined();
  expect(await requestedReport(db, later, at(0))).toBe('R-2');
});
