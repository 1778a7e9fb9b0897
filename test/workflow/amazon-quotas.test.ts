import { activityInfo } from '@temporalio/activity';
import type { TestWorkflowEnvironment } from '@temporalio/testing';
import type { Amazon } from '../../amazon/amazon';
import { USAGE_PLANS } from '../../amazon/usage-plans';
import { reserve } from '../../store/quota-buckets';
import { onServerTime, openRealWorld, type RealWorld } from './real-activities';
import { ITEM, isClaims, quotaExceeded, reportOf, scriptedAmazon } from './scripted-amazon';
import { runSync } from './sync-runs';
import { startTimeSkipping } from './temporal-servers';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;

/** Between two requests of createReport: one a minute, taken 2 % slower than the plan says. */
const TURN = 1_020 / USAGE_PLANS.createReport.perSecond;

let server: TestWorkflowEnvironment;
let world: RealWorld;
beforeAll(async () => {
  [server, world] = await Promise.all([startTimeSkipping(), openRealWorld()]);
});
afterAll(async () => {
  await server?.teardown();
  await world?.close();
});

test('reports that find the quota spent queue for it, each with one wait', async () => {
  const { userKey, connectionId } = await world.connectedUser();
  const plan = USAGE_PLANS.createReport;
  const bucket = { connectionId, operation: 'createReport', ...plan, clockSpeed: 1 };
  const now = await server.currentTimeMs();
  for (let taken = 0; taken < plan.burst; taken += 1) await reserve(world.db, bucket, now);
  const requests: { attempt: number; at: number }[] = [];
  const amazon = scriptedAmazon({
    createReport: async ({ reportType }) => {
      requests.push({ attempt: activityInfo().attempt, at: await server.currentTimeMs() });
      return `${reportType}-${requests.length}`;
    },
  });
  const sync = await syncOf(userKey, amazon);
  expect(sync.state).toMatchObject({ status: 'complete', error: null });
  expect(requests.map(({ attempt }) => attempt)).toEqual(Array(15).fill(2));
  // The 15th has its turn after 15 of them, counted from shortly before the sync began.
  expect(sync.milliseconds).toBeGreaterThan(14.5 * TURN);
  expect(sync.milliseconds).toBeLessThan(16 * TURN);
  const turns = requests.map(({ at }) => at).sort((a, b) => a - b);
  const gaps = turns.slice(1).map((at, index) => at - (turns[index] ?? 0));
  expect(Math.min(...gaps)).toBeGreaterThan(MINUTE * 0.98);
});

test('a 429 that comes although the quota allowed the request makes requests slower and fails nothing', async () => {
  const { userKey } = await world.connectedUser();
  let calls = 0;
  const amazon = scriptedAmazon({
    createReport: async ({ reportType }) => {
      calls += 1;
      if (calls === 1) throw quotaExceeded();
      return `${reportType}-${calls}`;
    },
  });
  const sync = await syncOf(userKey, amazon);
  expect(sync.state).toMatchObject({ status: 'complete', error: null });
  expect(calls).toBe(16);
  // The bucket is empty and goes at half its rate, for whoever had no turn yet.
  expect(sync.milliseconds).toBeGreaterThanOrEqual(2 * TURN);
  expect(sync.milliseconds).toBeLessThan(16 * 2 * TURN);
});

test('a 429 in the middle of a scan does not send it back to its first page', async () => {
  const { userKey } = await world.connectedUser();
  const pages: string[] = [];
  const amazon = scriptedAmazon({
    inventoryPage: async ({ nextToken = 'first' }) => {
      pages.push(nextToken);
      if (pages.length === 2) throw quotaExceeded();
      return {
        items: [{ ...ITEM, sku: nextToken }],
        nextToken: nextToken === 'first' ? 'second' : null,
      };
    },
  });
  const sync = await syncOf(userKey, amazon);
  expect(sync.state).toMatchObject({ status: 'complete', error: null });
  expect(pages).toEqual(['first', 'second', 'second']);
});

test('an Amazon that refuses every report for ten minutes gets few requests for them, and then all', async () => {
  const { userKey } = await world.connectedUser();
  const startedAt = await server.currentTimeMs();
  let refused = 0;
  let created = 0;
  const amazon = scriptedAmazon({
    createReport: async ({ reportType }) => {
      if ((await server.currentTimeMs()) - startedAt < 10 * MINUTE) {
        refused += 1;
        throw quotaExceeded();
      }
      created += 1;
      return `${reportType}-${created}`;
    },
  });
  const sync = await syncOf(userKey, amazon);
  expect(sync.state).toMatchObject({ status: 'complete', error: null });
  expect(created).toBe(15);
  // Those that had their turns before the first was refused, and then some at an ever slower rate.
  expect(refused).toBeGreaterThan(0);
  expect(refused).toBeLessThan(15 + 8);
  expect(sync.milliseconds).toBeLessThan(1.5 * HOUR);
});

test('a report that Amazon takes an hour and a half for is looked at ever more seldom, and imported', async () => {
  const { userKey } = await world.connectedUser();
  const startedAt = await server.currentTimeMs();
  let looks = 0;
  const amazon = scriptedAmazon({
    getReport: async (reportId) => {
      if (!isClaims(reportId)) return reportOf(reportId, 'DONE');
      looks += 1;
      const late = (await server.currentTimeMs()) - startedAt >= 1.5 * HOUR;
      return reportOf(reportId, late ? 'DONE' : 'IN_PROGRESS');
    },
  });
  const sync = await syncOf(userKey, amazon);
  expect(sync.state).toMatchObject({ status: 'complete', error: null });
  expect(sync.milliseconds).toBeGreaterThanOrEqual(1.5 * HOUR);
  expect(sync.milliseconds).toBeLessThan(1.5 * HOUR + 3 * MINUTE);
  // Every two minutes from the twentieth minute on, and some thirty-five times before.
  expect(looks).toBeGreaterThan(60);
  expect(looks).toBeLessThan(80);
});

function syncOf(userKey: string, amazon: Amazon) {
  const activities = onServerTime(server, (now) => world.activities({ amazon, now }));
  return runSync(server, activities, { userKey });
}
