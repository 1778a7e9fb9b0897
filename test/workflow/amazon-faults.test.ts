import { activityInfo } from '@temporalio/activity';
import type { TestWorkflowEnvironment } from '@temporalio/testing';
import type { Amazon } from '../../amazon/amazon';
import { AttemptDetails } from '../../contract/attempt-details';
import { currentConnections } from '../../store/connections';
import { advanceCursors } from '../../store/cursors';
import { onServerTime, openRealWorld, type RealWorld } from './real-activities';
import {
  accessWithdrawn,
  isClaims,
  malformed,
  outage,
  reportOf,
  scriptedAmazon,
} from './scripted-amazon';
import { eventCounts, runSync } from './sync-runs';
import { realServer, startTimeSkipping } from './temporal-servers';

const MINUTE = 60_000;

let skipping: TestWorkflowEnvironment;
let real: TestWorkflowEnvironment;
let world: RealWorld;
beforeAll(async () => {
  [skipping, real, world] = await Promise.all([startTimeSkipping(), realServer(), openRealWorld()]);
});
afterAll(async () => {
  await skipping?.teardown();
  await real?.teardown();
  await world?.close();
});

test('fourteen faults in a row pass', async () => {
  const { amazon, looks } = claimsReport(14);
  const sync = await syncWith(amazon);
  expect(sync.state).toMatchObject({ status: 'complete', error: null });
  expect(sync.state?.resources.claims).toMatchObject({ outcome: 'complete', error: null });
  expect(looks).toEqual({ faults: 14, waits: 0, done: 1 });
  expect(eventCounts(sync.history)).not.toHaveProperty('activityTaskFailed');
});

test('faults between answers are none in a row, however long Amazon takes for a report', async () => {
  const { amazon, looks } = claimsReport(40, { between: 'IN_PROGRESS' });
  const sync = await syncWith(amazon);
  expect(sync.state?.resources.claims).toMatchObject({ outcome: 'complete', error: null });
  expect(looks).toEqual({ faults: 40, waits: 40, done: 1 });
});

test('the fifteenth fault in a row is final', async () => {
  const { amazon, looks } = claimsReport(1_000);
  const sync = await syncWith(amazon);
  expect(sync.state).toMatchObject({
    status: 'complete',
    resources: {
      orders: { outcome: 'complete' },
      inventory: { outcome: 'complete' },
      claims: {
        outcome: 'failed',
        error: {
          type: 'amazon_unavailable',
          message: 'Amazon cannot be reached',
          requestId: 'request-1',
        },
      },
    },
  });
  expect(looks).toEqual({ faults: 15, waits: 0, done: 0 });
});

test('an Amazon that is down is tried after ever longer pauses, for more than 25 minutes', async () => {
  const times: number[] = [];
  const amazon = scriptedAmazon({
    inventoryPage: async () => {
      times.push(await skipping.currentTimeMs());
      throw outage();
    },
  });
  const sync = await syncWith(amazon);
  expect(sync.state?.resources.inventory).toMatchObject({ outcome: 'failed' });
  const pauses = times.slice(1).map((at, index) => (at - (times[index] ?? 0)) / 1000);
  const full = [1, 2, 4, 8, 16, 32, 64, 128, 256, 300, 300, 300, 300, 300];
  expect(pauses).toHaveLength(full.length);
  for (const [index, pause] of pauses.entries()) {
    // Up to a fifth shorter, and longer by the real time that an attempt takes.
    expect(pause).toBeGreaterThanOrEqual((full[index] ?? 0) * 0.8 - 0.01);
    expect(pause).toBeLessThan((full[index] ?? 0) + 5);
  }
  // As long as the region-wide 403 that Amazon has had.
  expect(sync.milliseconds).toBeGreaterThan(25 * MINUTE);
});

test('access that Amazon calls withdrawn twice in a row ends the sync as one to be authorized again', async () => {
  let calls = 0;
  const withdrawn = async () => {
    calls += 1;
    throw accessWithdrawn();
  };
  const amazon = scriptedAmazon({ createReport: withdrawn, inventoryPage: withdrawn });
  const sync = await syncWith(amazon);
  expect(sync.status).toBe('FAILED');
  expect(sync.failure).toMatchObject({ type: 'reauthorization_required' });
  expect(calls).toBe(2 * 16); // 13 windows, the claims, the returns and the scan, twice each

  const next = await syncWith(amazon, sync.input.userKey);
  expect(next.status).toBe('FAILED');
  expect(next.failure).toMatchObject({ cause: { type: 'reauthorization_required' } });
  expect(calls).toBe(2 * 16); // Amazon was not asked again
});

test('access that Amazon calls withdrawn again after it was granted in between stays connected', async () => {
  const { userKey, connectionId } = await world.connectedUser();
  const answers = ['withdrawn', 'IN_PROGRESS', 'withdrawn', 'IN_PROGRESS', 'withdrawn'];
  const amazon = scriptedAmazon({
    getReport: async (reportId) => {
      if (!isClaims(reportId)) return reportOf(reportId, 'DONE');
      const answer = answers.shift();
      if (answer === 'withdrawn') throw accessWithdrawn();
      return reportOf(reportId, answer === undefined ? 'DONE' : 'IN_PROGRESS');
    },
  });
  const sync = await syncWith(amazon, userKey);
  expect(sync.state?.resources.claims).toMatchObject({ outcome: 'complete', error: null });
  expect(answers).toEqual([]);
  expect(await currentConnections(world.db, userKey)).toMatchObject([
    { id: connectionId, status: 'connected' },
  ]);
});

test('an answer that cannot be read is given up at the third', async () => {
  let calls = 0;
  const amazon = scriptedAmazon({
    inventoryPage: async () => {
      calls += 1;
      throw malformed();
    },
  });
  const sync = await syncWith(amazon);
  expect(sync.state?.resources.inventory).toMatchObject({
    outcome: 'failed',
    error: { type: 'malformed_answer', message: 'Amazon sent data that cannot be read' },
  });
  expect(calls).toBe(3);
});

// The count of faults and the place in a search live in heartbeats alone. The SDK holds heartbeats back, and the
// server that skips time keeps them in a way of its own, so this is seen on a real server.
test('what is noted right before a failure, and before waits, reaches the next attempts', async () => {
  const { userKey, connectionId } = await world.connectedUser();
  await world.db.transaction().execute((trx) => {
    const watermark = new Date(Date.now() - 60 * MINUTE);
    const cursor = {
      connectionId,
      resource: 'orders',
      marketplaceId: 'ATVPDKIKX0DER',
      watermark,
    } as const;
    return advanceCursors(trx, [cursor], watermark);
  });
  const asked: (string | undefined)[] = [];
  const carried: (number | undefined)[] = [];
  const amazon = scriptedAmazon({
    // Six pages within milliseconds, so that their heartbeats fall into one second; every third call fails.
    searchOrders: async ({ paginationToken }) => {
      asked.push(paginationToken);
      if (asked.length % 3 === 0) throw outage();
      const page = paginationToken === undefined ? 1 : Number(paginationToken);
      return {
        orders: [],
        nextToken: page === 6 ? null : String(page + 1),
        lastUpdatedBefore: new Date().toISOString(),
        createdBefore: null,
      };
    },
    getReport: async (reportId) => {
      if (!isClaims(reportId)) return reportOf(reportId, 'DONE');
      carried.push(AttemptDetails.safeParse(activityInfo().heartbeatDetails).data?.faults);
      if (carried.length === 1 || carried.length === 3) throw outage();
      return reportOf(reportId, carried.length === 2 ? 'IN_PROGRESS' : 'DONE');
    },
  });
  // Amazon's time runs fast, so that the pauses are short.
  const activities = world.activities({ amazon, now: Date.now, clockSpeed: 1_000 });
  const sync = await runSync(real, activities, { userKey });
  expect(sync.state).toMatchObject({ status: 'complete', resources: { orders: { direct: 1 } } });
  expect(asked).toEqual([undefined, '2', '3', '3', '4', '5', '5', '6']);
  // Attempt by attempt: a fault, a wait that counts anew, a fault, done.
  expect(carried).toEqual([undefined, 1, 0, 1]);
});

/** A report of claims that meets so many faults, each followed by an answer where one is given, and is then done. */
function claimsReport(faults: number, { between }: { between?: 'IN_PROGRESS' } = {}) {
  const looks = { faults: 0, waits: 0, done: 0 };
  const amazon = scriptedAmazon({
    getReport: async (reportId) => {
      if (!isClaims(reportId)) return reportOf(reportId, 'DONE');
      if (between !== undefined && looks.waits < looks.faults) {
        looks.waits += 1;
        return reportOf(reportId, between);
      }
      if (looks.faults < faults) {
        looks.faults += 1;
        throw outage();
      }
      looks.done += 1;
      return reportOf(reportId, 'DONE');
    },
  });
  return { amazon, looks };
}

async function syncWith(amazon: Amazon, knownUser?: string) {
  const userKey = knownUser ?? (await world.connectedUser()).userKey;
  const activities = onServerTime(skipping, (now) => world.activities({ amazon, now }));
  return runSync(skipping, activities, { userKey });
}
