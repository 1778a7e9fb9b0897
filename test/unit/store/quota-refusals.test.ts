import fc from 'fast-check';
import { type Bucket, drain } from '../../../store/quota-buckets';
import { bucketOf, dueAt, inARow, MINUTE, NOW_MS } from './quota-bucket';
import { connected } from './stored-things';
import { type TestDatabase, testDatabase } from './test-database';

let database: TestDatabase;
let connectionId: string;
beforeAll(async () => {
  database = await testDatabase();
  connectionId = await connected(database.db, 'user123');
});
afterAll(() => database?.drop());

const newBucket = (perSecond: number, burst: number) => bucketOf(connectionId, perSecond, burst);
const row = (bucket: Bucket, count: number, now = NOW_MS) =>
  inARow(database.db, bucket, count, now);
/** A 429 to a request that was due at `at`. */
const refuse = (bucket: Bucket, now: number, at = now) => drain(database.db, bucket, now, { at });

test('a 429 empties the bucket and halves its rate', async () => {
  const bucket = newBucket(1, 15);
  await row(bucket, 1);
  await refuse(bucket, NOW_MS);
  expect(await row(bucket, 3)).toEqual([2_040, 4_080, 6_120]);
});

test('a bucket that nobody has used yet can be emptied too', async () => {
  const bucket = newBucket(1, 15);
  await refuse(bucket, NOW_MS);
  expect(await row(bucket, 1)).toEqual([2_040]);
});

test('a 429 gives no request back that somebody waits for', async () => {
  const bucket = newBucket(1, 2);
  expect(await row(bucket, 6)).toEqual([0, 0, 1_020, 2_040, 3_060, 4_080]);
  await refuse(bucket, NOW_MS);
  expect(await row(bucket, 1)).toEqual([5 * 2_040]);
});

test('fourteen requests that are refused together halve the rate once', async () => {
  const bucket = newBucket(1 / 60, 15);
  await row(bucket, 14);
  for (let request = 0; request < 14; request += 1) await refuse(bucket, NOW_MS + request, NOW_MS);
  const [wait] = await row(bucket, 1, NOW_MS + 14);
  expect(wait).toBeGreaterThan(2 * 61_200 - 15);
  expect(wait).toBeLessThanOrEqual(2 * 61_200);
});

test('each 429 to the slowed bucket halves its rate again, down to an eighth', async () => {
  const bucket = newBucket(1 / 60, 15);
  let now = NOW_MS;
  const waits: number[] = [];
  for (let refusals = 0; refusals < 5; refusals += 1) {
    await refuse(bucket, now);
    const at = await dueAt(database.db, bucket, now);
    waits.push(Math.round((at - now) / 61_200));
    now = at;
  }
  expect(waits).toEqual([2, 4, 8, 8, 8]);
});

test('after half an hour without a 429 the full rate is back, and what waits is due by it', async () => {
  const bucket = newBucket(1 / 60, 15);
  await refuse(bucket, NOW_MS);
  const waits = await row(bucket, 3, NOW_MS + 25 * MINUTE);
  // 25 minutes at half the rate gave 12.3 requests.
  expect(waits).toEqual([0, 0, 0]);
  await row(bucket, 9, NOW_MS + 25 * MINUTE);
  // 0.75 more at half the rate take 91 s; the next two have 208 s of it left, and go on at the full rate.
  const [first = 0, ...rest] = await row(bucket, 5, NOW_MS + 25 * MINUTE);
  expect(first).toBeLessThan(2 * 61_200);
  const gaps = rest.map((wait, index) => wait - ([first, ...rest][index] ?? 0));
  expect(gaps[0]).toBe(2 * 61_200);
  expect(gaps.at(-1)).toBe(61_200);
});

test('half an hour is Amazon’s: where its clock runs faster, the full rate is back sooner', async () => {
  const bucket = { ...newBucket(1 / 60, 1), clockSpeed: 60 };
  await refuse(bucket, NOW_MS);
  expect(await row(bucket, 2, NOW_MS + 30_000)).toEqual([0, 1_020]);
});

test('an Amazon that refuses everything for ten minutes gets some twenty requests of a fast operation', async () => {
  const bucket = newBucket(2, 2);
  const end = NOW_MS + 10 * MINUTE;
  // Four that go side by side, each with one request out or waiting.
  const waiting = [NOW_MS, NOW_MS, NOW_MS + 510, NOW_MS + 1_020];
  await row(bucket, 4);
  let requests = 0;
  for (;;) {
    waiting.sort((a, b) => a - b);
    const at = waiting.shift() ?? end;
    if (at >= end) break;
    requests += 1;
    await refuse(bucket, at);
    waiting.push(await dueAt(database.db, bucket, at));
  }
  expect(requests).toBeLessThanOrEqual(30);
  // And it is over half an hour after the last of them.
  expect(await row(bucket, 3, end + 31 * MINUTE)).toEqual([0, 0, 510]);
});

test('whatever is refused and when, the bucket recovers', async () => {
  const event = fc.record({
    pause: fc.integer({ min: 0, max: 5 * MINUTE }),
    old: fc.integer({ min: 0, max: 10 * MINUTE }),
    refusals: fc.integer({ min: 0, max: 3 }),
  });
  await fc.assert(
    fc.asyncProperty(fc.array(event, { maxLength: 12 }), async (events) => {
      const bucket = newBucket(1, 4);
      let now = NOW_MS;
      let told = 0;
      for (const { pause, old, refusals } of events) {
        now += pause;
        for (let count = 0; count < refusals; count += 1) await refuse(bucket, now, now - old);
        told += refusals;
        const at = await dueAt(database.db, bucket, now);
        // At most half a minute for each 429, and an eighth of the rate for what waits.
        expect(at - now).toBeLessThanOrEqual(told * 30_000 + events.length * 8 * 1_020);
      }
      now += 32 * MINUTE;
      expect(await row(bucket, 6, now)).toEqual([0, 0, 0, 0, 1_020, 2_040]);
    }),
    { numRuns: 40 },
  );
});
