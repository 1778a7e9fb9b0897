import fc from 'fast-check';
import { type Bucket, drain, reserve } from '../../../store/quota-buckets';
import { connected, NOW } from './stored-things';
import { type TestDatabase, testDatabase } from './test-database';

const NOW_MS = NOW.getTime();

let database: TestDatabase;
let connectionId: string;
beforeAll(async () => {
  database = await testDatabase();
  connectionId = await connected(database.db, 'user123');
});
afterAll(() => database.drop());

/** A new bucket each time. */
let buckets = 0;
const newBucket = (perSecond: number, burst: number): Bucket => ({
  connectionId,
  operation: `operation${++buckets}`,
  perSecond,
  burst,
});

async function inARow(bucket: Bucket, count: number, now = NOW_MS): Promise<number[]> {
  const due: number[] = [];
  for (let taken = 0; taken < count; taken += 1) due.push(await dueAt(bucket, now));
  return due.map((at) => Math.round(at - now));
}

test('a full bucket gives its burst at once, then one request an interval', async () => {
  const due = await inARow(newBucket(0.5, 4), 7);
  expect(due.slice(0, 4).every((wait) => wait <= 0)).toBe(true);
  // 2 s by the plan, and 2 % more.
  expect(due.slice(4)).toEqual([2_040, 4_080, 6_120]);
});

test('a bucket of one gives one', async () => {
  expect(await inARow(newBucket(2, 1), 3)).toEqual([0, 510, 1_020]);
});

test('time fills the bucket again, never beyond its burst', async () => {
  const bucket = newBucket(1, 3);
  await inARow(bucket, 3);
  const ready = await inARow(bucket, 2, NOW_MS + 1_020);
  expect(ready[0]).toBeLessThanOrEqual(0);
  expect(ready[1]).toBeGreaterThan(0);
  const rested = await inARow(bucket, 4, NOW_MS + 3_600_000);
  expect(rested.map((wait) => wait <= 0)).toEqual([true, true, true, false]);
});

test('twenty workers at once get twenty different slots', async () => {
  const bucket = newBucket(1, 5);
  const due = await Promise.all(Array.from({ length: 20 }, () => dueAt(bucket, NOW_MS)));
  const waits = due.map((at) => Math.round(at - NOW_MS)).sort((a, b) => a - b);
  const intervals = waits.slice(1).map((wait, index) => wait - (waits[index] ?? Number.NaN));
  expect(intervals).toEqual(Array(19).fill(1_020));
  expect(waits.filter((wait) => wait <= 0)).toHaveLength(5);
});

test('a bucket that Amazon says is empty waits one interval, and then keeps the rate', async () => {
  const bucket = newBucket(1, 15);
  await inARow(bucket, 1);
  await drain(database.db, bucket, NOW_MS);
  expect(await inARow(bucket, 3)).toEqual([1_020, 2_040, 3_060]);
});

test('a bucket that nobody has used yet can be emptied too', async () => {
  const bucket = newBucket(1, 15);
  await drain(database.db, bucket, NOW_MS);
  expect(await inARow(bucket, 1)).toEqual([1_020]);
});

test('emptying a bucket gives no request back that somebody waits for', async () => {
  const bucket = newBucket(1, 2);
  await inARow(bucket, 6);
  await drain(database.db, bucket, NOW_MS);
  expect(await inARow(bucket, 1)).toEqual([5 * 1_020]);
});

test('buckets of other operations and connections stay full', async () => {
  const bucket = newBucket(1, 1);
  await inARow(bucket, 5);
  const other = await connected(database.db, 'user456');
  expect(await inARow({ ...bucket, connectionId: other }, 1)).toEqual([0]);
  expect(await inARow(newBucket(1, 1), 1)).toEqual([0]);
});

test('a clock that is behind another worker’s does not make requests denser', async () => {
  const bucket = newBucket(1, 1);
  const first = await dueAt(bucket, NOW_MS);
  const second = await dueAt(bucket, NOW_MS - 60_000);
  expect(Math.round(second - first)).toBe(1_020);
});

test('however requests come, no more leave than Amazon’s own bucket allows', async () => {
  const gap = fc.integer({ min: 0, max: 5_000 });
  const plan = fc.record({
    perSecond: fc.constantFrom(0.5, 1, 2),
    burst: fc.integer({ min: 1, max: 5 }),
  });
  await fc.assert(
    fc.asyncProperty(plan, fc.array(gap, { maxLength: 25 }), async ({ perSecond, burst }, gaps) => {
      const bucket = newBucket(perSecond, burst);
      let now = NOW_MS;
      const sent: number[] = [];
      for (const pause of gaps) {
        now += pause;
        sent.push(Math.max(now, await dueAt(bucket, now)));
      }
      let tokens = burst;
      let last = NOW_MS;
      for (const at of sent.sort((a, b) => a - b)) {
        tokens = Math.min(burst, tokens + ((at - last) / 1000) * perSecond) - 1;
        last = at;
        // What doubles lose at the size of an epoch in milliseconds.
        expect(tokens).toBeGreaterThan(-0.001);
      }
    }),
    { numRuns: 30 },
  );
});

test('nobody reserves further ahead than half an hour: who would wait longer asks again then', async () => {
  const bucket = newBucket(1 / 60, 1);
  let last = NOW_MS;
  for (;;) {
    const reservation = await reserve(database.db, bucket, NOW_MS);
    if (reservation.kind === 'ask_again') {
      expect(reservation.at).toBe(NOW_MS + 30 * 60_000);
      break;
    }
    last = reservation.at;
  }
  expect(last).toBeLessThanOrEqual(NOW_MS + 30 * 60_000);
  // What was refused took no place: half an hour later the next one is due within a minute or so.
  const later = await dueAt(bucket, NOW_MS + 30 * 60_000);
  expect(later - last).toBeLessThanOrEqual(62_000);
});

async function dueAt(bucket: Bucket, now: number): Promise<number> {
  const reservation = await reserve(database.db, bucket, now);
  if (reservation.kind === 'ask_again') throw new Error('Nothing could be reserved');
  return reservation.at;
}
