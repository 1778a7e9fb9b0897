import {
  forgetRequestedReport,
  keepRequestedReport,
  pruneReportRequests,
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
  marketplaceIds: ['ATVPDKIKX0DER', 'A2EUQ1WTGCTBG2'],
  from: at(-60),
  to: at(0),
});

test('a report that was requested is found again, for exactly its range', async () => {
  const { db } = database;
  const range = await newRange();
  await keepRequestedReport(db, range, 'R-1', at(0));
  expect(await requestedReport(db, range)).toBe('R-1');
  const turned = { ...range, marketplaceIds: [...range.marketplaceIds].reverse() };
  expect(await requestedReport(db, turned)).toBe('R-1');
  const others = [
    await newRange(),
    { ...range, reportType: 'OTHER' },
    { ...range, from: at(-59) },
    { ...range, to: at(1) },
    { ...range, marketplaceIds: ['ATVPDKIKX0DER'] },
  ];
  for (const other of others) expect(await requestedReport(db, other)).toBeUndefined();
});

test('the report requested last is kept', async () => {
  const { db } = database;
  const range = await newRange();
  await keepRequestedReport(db, range, 'R-1', at(0));
  await keepRequestedReport(db, range, 'R-2', at(5));
  expect(await requestedReport(db, range)).toBe('R-2');
});

test('a report that came to nothing is forgotten, and only that one', async () => {
  const { db } = database;
  const range = await newRange();
  const later = { ...range, from: at(0), to: at(60) };
  await keepRequestedReport(db, range, 'R-1', at(0));
  await keepRequestedReport(db, later, 'R-2', at(0));
  await forgetRequestedReport(db, range.connectionId, 'R-1');
  expect(await requestedReport(db, range)).toBeUndefined();
  expect(await requestedReport(db, later)).toBe('R-2');
});

test('requests that nobody will repeat are pruned, of one connection', async () => {
  const { db } = database;
  const [range, other] = [await newRange(), await newRange()];
  const later = { ...range, to: at(60) };
  await keepRequestedReport(db, range, 'R-1', at(0));
  await keepRequestedReport(db, later, 'R-2', at(60));
  await keepRequestedReport(db, other, 'R-3', at(0));
  await pruneReportRequests(db, range.connectionId, at(30));
  expect(await requestedReport(db, range)).toBeUndefined();
  expect(await requestedReport(db, later)).toBe('R-2');
  expect(await requestedReport(db, other)).toBe('R-3');
});
