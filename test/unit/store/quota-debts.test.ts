import { sql } from 'kysely';
import type { Database } from '../../../store/database';
import { migrate } from '../../../store/migrate';
import type { Bucket } from '../../../store/quota-buckets';
import { connectedOfOld, databaseBefore } from './old-schema';
import { dueAt, inARow, NOW_MS } from './quota-bucket';

const REPORTS = { operation: 'createReport', perSecond: 0.0167, burst: 15, clockSpeed: 1 };
const INTERVAL = 1_020 / REPORTS.perSecond;

let db: Database;
let url: string;
let drop: () => Promise<void>;
let connectionId: string;
let bucket: Bucket;
beforeEach(async () => {
  ({ url, db, drop } = await databaseBefore('0003-quota-debts'));
  connectionId = await connectedOfOld(db, 'user123');
  bucket = { connectionId, ...REPORTS };
});
afterEach(() => drop?.());

/** A bucket as it was kept before: by the time at which it is full again. */
async function fullAt(tat: number): Promise<void> {
  await sql`insert into quota_buckets (connection_id, operation, tat_ms)
    values (${connectionId}, 'createReport', ${tat})`.execute(db);
  await migrate(url);
}

test.each([
  ['requests that wait keep their turns: the next one comes after them', 20, [6, 7, 8]],
  ['a bucket as deep in debt as half an hour allows stays so', 15 + 28, [29]],
  ['a bucket that holds some requests holds as many', 13, [0, 0, 1]],
  ['a full bucket is full', -100, [0, 0, 0]],
])('%s', async (_, taken, waits) => {
  await fullAt(NOW_MS + taken * INTERVAL);
  const due = await inARow(db, bucket, waits.length);
  expect(due).toEqual(waits.map((wait) => Math.round(wait * INTERVAL)));
});

test('a bucket that was kept the old way is filled up to its burst and no further', async () => {
  await fullAt(NOW_MS + 3 * INTERVAL);
  const later = NOW_MS + 100 * INTERVAL;
  expect(await inARow(db, bucket, 16, later)).toEqual([...Array(15).fill(0), Math.round(INTERVAL)]);
  expect(await dueAt(db, bucket, later)).toBeCloseTo(later + 2 * INTERVAL, 1);
});
