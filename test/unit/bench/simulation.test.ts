import { pressAll, scheduleAll } from '../../../bench/simulation/arrivals';
import { createBuckets } from '../../../bench/simulation/buckets';
import { describeRun } from '../../../bench/simulation/describe-run';
import { createEventLoop, type Process } from '../../../bench/simulation/event-loop';
import { createDistribution, createRate } from '../../../bench/simulation/measures';
import { requests } from '../../../bench/simulation/requests';
import { DEFAULTS, simulate } from '../../../bench/simulation/scenarios';
import type { Seller } from '../../../bench/simulation/sellers';
import { createSlots } from '../../../bench/simulation/slots';
import {
  createWorld,
  type Durations,
  type Knobs,
  type World,
} from '../../../bench/simulation/world';
import { createRandom } from '../../../sandbox/random';
import { createUsagePlans, type Operation, USAGE_PLANS } from '../../../sandbox/usage-plans';

const DURATIONS: Durations = {
  requestMs: 400,
  databaseMs: 20,
  rowMs: 0,
  placeMs: 0,
  placeMsPerSync: 0,
};

const worldOf = (knobs: Partial<Knobs>) =>
  createWorld({ ...DEFAULTS, sellers: 10, reportSeconds: { min: 5, max: 5 }, ...knobs }, DURATIONS);

const seller = (index: number): Seller => ({
  index,
  ordersPerDay: 10,
  stock: 20,
  marketplaces: 1,
  claimsPerDay: 0,
  returnsPerDay: 0,
});

/** When something that begins at once has ended, ms. */
function endOf(world: World, part: Generator<number | null, unknown, void>): number {
  function* process(): Process {
    yield* part;
  }
  world.loop.start(0, process());
  world.loop.run();
  return world.loop.now();
}

test('a sync takes what its steps take, the slowest of those that go on side by side', () => {
  const world = worldOf({});
  pressAll(world, [seller(0)], 'daily', 0);
  world.loop.run();
  // Prepared after 20 ms, the report asked for after 420, looked at until 820, when it is not made, and ten seconds
  // later until 11,220; fetched after 11,620, its end recorded after 11,640. Search and scan are long done.
  expect(world.measured.took.max()).toBe(11_640);
  // Each of them one attempt, and two looks at each of two reports.
  expect(world.measured.attempts.total()).toBe(12);
  expect(world.measured.complete).toBe(1);
});

test('a search of 30 pages waits for the plan from its twentieth page on', () => {
  const world = worldOf({});
  const search = { operation: 'searchOrders', pages: 30, rowsPerPage: 0 } as const;
  // 19 of the burst of 20 at once; then one in 1.02 / 0.0056 s = 182,143 ms, eleven times; and the last page itself.
  expect(endOf(world, requests(world, seller(0), search))).toBeCloseTo(11 * (1_020 / 0.0056) + 400);
});

test('a first sync asks for fourteen of its fifteen reports at once', () => {
  const world = worldOf({ reportSeconds: { min: 300, max: 300 } });
  pressAll(world, [seller(0)], 'first', 0);
  world.loop.run();
  expect(world.measured.requests.get('createReport')?.peak(1)).toBe(14);
  expect(world.measured.requests.get('getReportDocument')?.total()).toBe(15);
});

test.each(Object.keys(USAGE_PLANS) as Operation[])(
  'whatever comes, %s is never called more often than its plan allows',
  (operation) => {
    const random = createRandom(operation);
    const buckets = createBuckets(2);
    let elapsed = 0;
    const amazon = createUsagePlans({ elapsed: () => elapsed, now: () => elapsed * 1_000 });
    const due: { at: number; of: number }[] = [];
    let now = 0;
    for (let asked = 0; asked < 2_000; asked += 1) {
      now += random.chance(0.3) ? random.next() * (1_000 / USAGE_PLANS[operation].perSecond) : 0;
      const of = random.int(0, 1);
      const at = buckets.reserve(of, operation, now);
      if (at !== null) due.push({ at, of });
    }
    expect(due.length).toBeGreaterThan(100);
    for (const { at, of } of due.sort((a, b) => a.at - b.at)) {
      elapsed = at / 1_000;
      expect(amazon.take(`seller ${of}`, operation)).toBe(true);
    }
  },
);

test('no more syncs run than may, and who finds no place asks again after half a minute', () => {
  const world = worldOf({ maxSyncs: 1, scheduledStartsPerSecond: 1_000 });
  scheduleAll(world, [seller(0), seller(0)]);
  world.loop.run();
  const { running, placeWaits, complete, placesAsked } = world.measured;
  expect(running.most()).toBe(1);
  expect(complete).toBe(2);
  expect(placesAsked).toBe(3);
  expect(Math.round(placeWaits.max() / 1_000)).toBe(30);
});

test('a daily sync that finds no place for eleven hours is given up', () => {
  const world = worldOf({ maxSyncs: 1, reportSeconds: { min: 50_000, max: 50_000 } });
  scheduleAll(world, [seller(0), seller(0)]);
  world.loop.run();
  expect(world.measured.missed).toBe(1);
  // The one that runs, and this one: at first, ten times in the first five minutes, then after a tenth more of the time
  // each until that is five minutes, log(3,000 / 300) / log(1.1) = 25 times, and every five minutes for ten hours more.
  expect(world.measured.placesAsked).toBeGreaterThan(1 + 1 + 10 + 25 + 120);
  expect(world.measured.placesAsked).toBeLessThan(1 + 1 + 10 + 25 + 125);
});

test.each([
  ['take turns', true, ['0', '0', '1', '0']],
  ['are served as they come, without fairness', false, ['0', '0', '0', '1']],
])('users %s', (_, fair, order) => {
  const loop = createEventLoop();
  const slots = createSlots(loop, { count: 1, users: 2, fair });
  const served: string[] = [];
  function* task(user: number): Process {
    yield* slots.take(user);
    served.push(String(user));
    yield loop.now() + 10;
    slots.release();
  }
  for (const user of [0, 0, 0, 1]) loop.start(0, task(user));
  loop.run();
  expect(served).toEqual(order);
  expect(slots.taken.most()).toBe(1);
  expect(loop.now()).toBe(40);
});

test('an outage of an hour ends syncs that began early in it, and their users get them afterwards', () => {
  const { world } = simulate('outage', { ...DEFAULTS, sellers: 50 });
  const { complete, failed } = world.measured;
  expect(failed).toBeGreaterThan(0);
  expect(complete).toBe(50);
});

test('the same seed gives the same day, another one another', () => {
  const day = (seed: string) => describeRun(simulate('daily', { ...DEFAULTS, sellers: 100, seed }));
  expect(day('1')).toEqual(day('1'));
  expect(day('2')).not.toEqual(day('1'));
});

test('a distribution tells its quantiles within one per cent, a rate its busiest window', () => {
  const distribution = createDistribution();
  for (let amount = 1; amount <= 1_000; amount += 1) distribution.add(amount);
  expect(distribution.quantile(0.5) / 500).toBeCloseTo(1, 1);
  expect(distribution.quantile(0.99) / 990).toBeCloseTo(1, 1);
  expect(distribution.max()).toBe(1_000);
  const rate = createRate();
  for (const at of [100, 200, 1_500, 90_000]) rate.add(at);
  expect(rate.peak(1)).toBe(2);
  expect(rate.peak(10)).toBe(0.3);
});
