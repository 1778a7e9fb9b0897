import fc from 'fast-check';
import { type Bucket, drain, reserve } from '../../../store/quota-buckets';
import { bucketOf, MINUTE, NOW_MS } from './quota-bucket';
import { connected } from './stored-things';
import { type TestDatabase, testDatabase } from './test-database';

let database: TestDatabase;
let connections: string[];
beforeAll(async () => {
  database = await testDatabase();
  connections = await Promise.all(['anna', 'bert'].map((user) => connected(database.db, user)));
});
afterAll(() => database?.drop());

/** createReport and getInventorySummaries. */
const REPORTS = { perSecond: 0.0167, burst: 15 };
const INVENTORY = { perSecond: 2, burst: 2 };

test('four workers on one bucket see no 429, however their requests come', async () => {
  const starts = fc.array(fc.integer({ min: 0, max: 3 * MINUTE }), { maxLength: 30 });
  await fc.assert(
    fc.asyncProperty(fc.constantFrom(REPORTS, INVENTORY), starts, async (plan, offsets) => {
      const bucket = newBucket(0, plan);
      const tasks = offsets.map((start) => ({ bucket, start, requests: 1 }));
      const run = await simulate(plan, tasks);
      expect(run.refused).toBe(0);
      expect(run.answered).toBe(offsets.length);
    }),
    { numRuns: 20 },
  );
});

test('two users with one seller’s account see few 429s between their first syncs, and both finish', async () => {
  await fc.assert(
    fc.asyncProperty(fc.integer({ min: 0, max: 20 * MINUTE }), async (later) => {
      const tasks = [0, 1].flatMap((user) => {
        const bucket = newBucket(user, REPORTS);
        return Array.from({ length: 14 }, () => ({ bucket, start: user * later, requests: 1 }));
      });
      const run = await simulate(REPORTS, tasks);
      expect(run.answered).toBe(28);
      // Those beyond Amazon's burst that were sent before anybody knew; and a few until both rates fit.
      expect(run.refused).toBeLessThanOrEqual(13 + 6);
      // 13 have to wait for a minute each; twice the time and half an hour of slowness at most.
      expect(run.milliseconds).toBeLessThan(later + 60 * MINUTE);
    }),
    { numRuns: 10 },
  );
});

test('two users who scan one seller’s inventory for an hour see few 429s, and both go on', async () => {
  const tasks = [0, 1].map((user) => ({
    bucket: newBucket(user, INVENTORY),
    start: user * 10_000,
    requests: 1_500,
  }));
  const run = await simulate(INVENTORY, tasks);
  expect(run.answered).toBe(3_000);
  expect(run.refused).toBeLessThanOrEqual(5);
  expect(run.milliseconds).toBeLessThan(60 * MINUTE);
});

const newBucket = (user: number, plan: { perSecond: number; burst: number }): Bucket =>
  bucketOf(connections[user] ?? '', plan.perSecond, plan.burst);

/** From a turn to Amazon: those that leave together are all under way when the first is refused. */
const UNDER_WAY_MS = 50;

interface Task {
  bucket: Bucket;
  /** Milliseconds after the start. */
  start: number;
  /** One after the other. */
  requests: number;
}

/**
 * Plays all tasks in the order of time against Amazon's one bucket: ask for a place, send when it is due, and
 * after a 429 say so and ask again.
 */
async function simulate(plan: { perSecond: number; burst: number }, tasks: readonly Task[]) {
  const { db } = database;
  const amazon = { tokens: plan.burst, at: NOW_MS };
  const outcome = { answered: 0, refused: 0, milliseconds: 0 };
  const queue = tasks.map((task) => ({
    ...task,
    at: NOW_MS + task.start,
    place: null as number | null,
  }));
  for (;;) {
    queue.sort((a, b) => a.at - b.at);
    const next = queue[0];
    if (next === undefined) return outcome;
    const now = next.at;
    if (next.place !== null) {
      amazon.tokens += ((now - amazon.at) / 1000) * plan.perSecond;
      amazon.tokens = Math.min(plan.burst, amazon.tokens);
      amazon.at = now;
      if (amazon.tokens >= 1) {
        amazon.tokens -= 1;
        outcome.answered += 1;
        outcome.milliseconds = now - NOW_MS;
        next.place = null;
        next.requests -= 1;
        if (next.requests === 0) queue.shift();
        continue;
      }
      outcome.refused += 1;
      await drain(db, next.bucket, now, { at: next.place });
      next.place = null;
    }
    const reservation = await reserve(db, next.bucket, now);
    next.at = reservation.at + UNDER_WAY_MS;
    next.place = reservation.kind === 'reserved' ? reservation.at : null;
  }
}
