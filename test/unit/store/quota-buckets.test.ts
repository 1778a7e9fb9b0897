import fc from 'fast-check';
import { sql } from 'kysely';
import { type Bucket, drain, learn, reserve } from '../../../store/quota-buckets';
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
const due = (bucket: Bucket, now: number) => dueAt(database.db, bucket, now);
const tell = (bucket: Bucket, told: number, now = NOW_MS) =>
  learn(database.db, bucket, now, { told, known: undefined });

test('a full bucket gives its burst at once, then one request an interval', async () => {
  // 2 s by the plan, and 2 % more.
  expect(await row(newBucket(0.5, 4), 7)).toEqual([0, 0, 0, 0, 2_040, 4_080, 6_120]);
});

test('a bucket of one gives one', async () => {
  expect(await row(newBucket(2, 1), 3)).toEqual([0, 510, 1_020]);
});

test('time fills the bucket again, never beyond its burst', async () => {
  const bucket = newBucket(1, 3);
  await row(bucket, 3);
  expect(await row(bucket, 2, NOW_MS + 1_020)).toEqual([0, 1_020]);
  expect(await row(bucket, 4, NOW_MS + 3_600_000)).toEqual([0, 0, 0, 1_020]);
});

test('where Amazon’s clock runs faster, so does the bucket', async () => {
  expect(await row({ ...newBucket(0.5, 1), clockSpeed: 10 }, 2)).toEqual([0, 204]);
});

test('twenty workers at once get twenty different places', async () => {
  const bucket = newBucket(1, 5);
  const places = await Promise.all(Array.from({ length: 20 }, () => due(bucket, NOW_MS)));
  const waits = places.map((at) => Math.round(at - NOW_MS)).sort((a, b) => a - b);
  expect(waits).toEqual(Array.from({ length: 20 }, (_, place) => Math.max(0, place - 4) * 1_020));
});

test('buckets of other operations and connections stay full', async () => {
  const bucket = newBucket(1, 1);
  await row(bucket, 5);
  const other = await connected(database.db, 'user456');
  expect(await row({ ...bucket, connectionId: other }, 1)).toEqual([0]);
  expect(await row(newBucket(1, 1), 1)).toEqual([0]);
});

test('nobody reserves further ahead than half an hour: who would wait longer asks again then', async () => {
  const bucket = newBucket(1 / 60, 1);
  let last = NOW_MS;
  for (;;) {
    const reservation = await reserve(database.db, bucket, NOW_MS);
    if (reservation.kind === 'ask_again') {
      expect(reservation.at).toBe(NOW_MS + 30 * MINUTE);
      break;
    }
    last = reservation.at;
  }
  expect(last).toBeLessThanOrEqual(NOW_MS + 30 * MINUTE);
  // What was refused took no place: half an hour later the next one is due within a minute or so.
  const later = await due(bucket, NOW_MS + 30 * MINUTE);
  expect(later - last).toBeLessThanOrEqual(62_000);
});

test('however requests come, each is due as soon as Amazon’s own bucket has it, and no sooner', async () => {
  const gaps = fc.array(fc.integer({ min: 0, max: 5_000 }), { maxLength: 25 });
  const plan = fc.record({
    perSecond: fc.constantFrom(0.5, 1, 2),
    burst: fc.integer({ min: 1, max: 5 }),
  });
  await fc.assert(
    fc.asyncProperty(plan, gaps, async ({ perSecond, burst }, pauses) => {
      const bucket = newBucket(perSecond, burst);
      const interval = 1_020 / perSecond;
      let now = NOW_MS;
      const places: number[] = [];
      // The plain rule: never more than the burst within any time, and one more for each interval in it.
      for (const pause of pauses) {
        now += pause;
        const nth = places.length + 1;
        const earliest = places.map((at, index) => at + (nth - index - burst) * interval);
        places.push(await due(bucket, now));
        // What doubles lose at the size of an epoch in milliseconds.
        expect(places.at(-1)).toBeCloseTo(Math.max(now, ...earliest), 1);
      }
    }),
    { numRuns: 40 },
  );
});

test('after a rest as long as it takes, the whole burst is back, whatever was before', async () => {
  const use = fc.record({
    pause: fc.integer({ min: 0, max: 20 * MINUTE }),
    event: fc.constantFrom('reserve', 'refused', 'faster', 'slower'),
  });
  await fc.assert(
    fc.asyncProperty(fc.array(use, { maxLength: 15 }), async (uses) => {
      const bucket = newBucket(0.5, 3);
      let now = NOW_MS;
      for (const { pause, event } of uses) {
        now += pause;
        const place = await reserve(database.db, bucket, now);
        expect(place.at).toBeGreaterThanOrEqual(now);
        if (event === 'refused') await drain(database.db, bucket, now, place);
        if (event === 'faster') await tell(bucket, 2, now);
        if (event === 'slower') await tell(bucket, 0.1, now);
      }
      // The longest debt, half an hour slowed, and the three requests of the burst.
      now += 30 * MINUTE + 30 * MINUTE + 3 * 10_200;
      await tell(bucket, 0.5, now);
      expect(await row(bucket, 5, now)).toEqual([0, 0, 0, 2_040, 4_080]);
    }),
    { numRuns: 40 },
  );
});

describe('clocks', () => {
  test('that differ by five minutes let pass what flows in within five minutes, at most', async () => {
    const arrival = fc.record({
      gap: fc.integer({ min: 0, max: 60_000 }),
      ahead: fc.constantFrom(0, 5 * MINUTE),
    });
    await fc.assert(
      fc.asyncProperty(fc.array(arrival, { maxLength: 25 }), async (requests) => {
        const bucket = newBucket(1 / 60, 3);
        let now = NOW_MS;
        const sent: number[] = [];
        // Each worker waits by its own clock; what counts is when its request leaves.
        for (const { gap, ahead } of requests) {
          now += gap;
          sent.push((await due(bucket, now + ahead)) - ahead);
        }
        sent.sort((a, b) => a - b);
        for (const [index, first] of sent.entries()) {
          for (const [more, at] of sent.slice(index).entries()) {
            expect(more + 1).toBeLessThan(3 + (at - first + 5 * MINUTE) / 61_200 + 0.001);
          }
        }
      }),
      { numRuns: 40 },
    );
  });

  test('of which one is behind take no more, and wait no longer than the queue', async () => {
    const bucket = newBucket(1, 1);
    expect(await row(bucket, 2, NOW_MS + 5 * MINUTE)).toEqual([0, 1_020]);
    expect(await row(bucket, 2, NOW_MS)).toEqual([2_040, 3_060]);
  });

  test('that go back cost what they went back, once', async () => {
    const bucket = newBucket(1, 2);
    await row(bucket, 2, NOW_MS + 5 * MINUTE);
    expect(await row(bucket, 2, NOW_MS)).toEqual([1_020, 2_040]);
    expect(await row(bucket, 1, NOW_MS + 5 * MINUTE + 10_000)).toEqual([0]);
  });

  test('that were a day ahead hold nobody up once they are right again', async () => {
    const bucket = newBucket(1, 2);
    const tomorrow = NOW_MS + 24 * 60 * MINUTE;
    await row(bucket, 1, tomorrow);
    await drain(database.db, bucket, tomorrow, { at: tomorrow });
    expect(await row(bucket, 1)).toEqual([1_020]);
    expect(await row(bucket, 2, NOW_MS + 10_000)).toEqual([0, 0]);
  });
});

describe('the rate that Amazon tells', () => {
  test('replaces the plan’s from then on, and the burst stays', async () => {
    const bucket = newBucket(0.5, 2);
    await row(bucket, 2);
    await tell(bucket, 2);
    expect(await row(bucket, 2)).toEqual([510, 1_020]);
    expect(await row(bucket, 3, NOW_MS + 10 * MINUTE)).toEqual([0, 0, 510]);
  });

  test('is told with each reservation', async () => {
    const bucket = { ...newBucket(0.5, 2), clockSpeed: 100 };
    expect(await reserve(database.db, bucket, NOW_MS)).toMatchObject({ perSecond: 0.5 });
    await tell(bucket, 0.7);
    expect(await reserve(database.db, bucket, NOW_MS)).toMatchObject({ perSecond: 0.7 });
  });

  test('counts for the time to come: what has passed, passed at the old one', async () => {
    const bucket = newBucket(1, 10);
    await row(bucket, 10);
    await tell(bucket, 10, NOW_MS + 2_040);
    expect(await row(bucket, 4, NOW_MS + 2_040)).toEqual([0, 0, 102, 204]);
  });

  test('may change while requests wait: their places stay, and all together keep both rates', async () => {
    const bucket = newBucket(1, 1);
    expect(await row(bucket, 4)).toEqual([0, 1_020, 2_040, 3_060]);
    await tell(bucket, 0.5);
    // Four are out, so the fifth is due four of the longer intervals on.
    expect(await row(bucket, 1)).toEqual([4 * 2_040]);
  });

  test.each([0, -1, Number.NaN, Number.POSITIVE_INFINITY])('is ignored as %d', async (nonsense) => {
    const bucket = newBucket(1, 1);
    await row(bucket, 1);
    await tell(bucket, nonsense);
    expect(await row(bucket, 1)).toEqual([1_020]);
  });

  test.each([
    [1e-9, 10_200],
    [1e9, 10],
  ])('is believed within bounds: %d', async (told, wait) => {
    const bucket = newBucket(1, 1);
    await row(bucket, 1);
    await tell(bucket, told);
    expect(await row(bucket, 1)).toEqual([wait]);
  });

  test('is written only where it differs from the one that is known', async () => {
    const bucket = newBucket(1, 1);
    await row(bucket, 1);
    // PostgreSQL's own number of the transaction that wrote a row last.
    const written = sql`select xmin::text from quota_buckets where operation = ${bucket.operation}`;
    const version = async () => (await written.execute(database.db)).rows;
    const before = await version();
    await tell(bucket, 1);
    await learn(database.db, bucket, NOW_MS, { told: 3, known: 3 });
    expect(await version()).toEqual(before);
    await tell(bucket, 3);
    expect(await version()).not.toEqual(before);
  });
});
