import { randomUUID } from 'node:crypto';
import { setTimeout } from 'node:timers/promises';
import { ApplicationFailure } from '@temporalio/common';
import { MockActivityEnvironment } from '@temporalio/testing';
import { DefaultLogger } from '@temporalio/worker';
import { createAmazonCalls } from '../../../activities/amazon-calls';
import { attempted } from '../../../activities/attempt';
import type { Amazon } from '../../../amazon/amazon';
import type { AmazonCall } from '../../../amazon/amazon-call';
import { InvalidRequest, QuotaExceeded } from '../../../amazon/errors';
import { type Operation, USAGE_PLANS } from '../../../amazon/usage-plans';
import { amazonSyncWorkflowId } from '../../../contract/amazon-sync-workflow-id';
import { Wait } from '../../../contract/attempt-details';
import { urlFor } from '../../../dev/service-roles';
import { createLogger } from '../../../observability/logger';
import { NO_OBSERVER, type Observer } from '../../../observability/observer';
import { type Reservation, reserve } from '../../../store/quota-buckets';
import { openScopedDatabase, type ScopedDatabase } from '../../../store/scoped-database';
import { connected, vault } from '../store/stored-things';
import { OPTIONS, type TestDatabase, testDatabase } from '../store/test-database';

let database: TestDatabase;
beforeAll(async () => {
  database = await testDatabase();
});
afterAll(() => database?.drop());

/** What Amazon answers to one request; the header comes with every answer but a 429. */
type Answer = { status: number; rateLimit?: number; before?: () => Promise<unknown> };

const occasion = { operation: 'getReport', requestId: 'request-1' } as const;

/** Amazon as it answers these, one after the other, and 200 once they are through. */
function amazonWith(...answers: Answer[]) {
  const requests: number[] = [];
  const answer = async (onCall?: (call: AmazonCall) => void): Promise<string> => {
    const { status, rateLimit = null, before } = answers.shift() ?? { status: 200 };
    await before?.();
    requests.push(Date.now());
    const call = { operation: 'getReport', status, requestId: null, rateLimit } as const;
    onCall?.({ ...call, milliseconds: 1, connectionId: '' });
    if (status === 429) throw new QuotaExceeded({ ...occasion, status }, '429');
    if (status === 400) throw new InvalidRequest({ ...occasion, status }, '400', []);
    return 'report-1';
  };
  const other = () => Promise.reject(new Error('not asked for'));
  const amazon: Amazon = {
    seller: (_, onCall) => ({
      authorize: async () => undefined,
      createReport: () => answer(onCall),
      searchOrders: other,
      inventoryPage: other,
      getReport: other,
      findReports: other,
      openDocument: other,
      marketplaceParticipations: other,
    }),
  };
  return { amazon, requests };
}

interface CallOptions {
  operation?: Operation;
  clockSpeed?: number;
  db?: ScopedDatabase;
  slot?: { operation: string; at: number };
  observer?: Observer;
}

/** One call of a connection, in an attempt of its own; the failure that Temporal sees where it throws. */
async function call(connectionId: string, amazon: Amazon, options: CallOptions = {}) {
  const {
    operation = 'getInventorySummaries',
    clockSpeed = 1,
    db = database.scoped.worker,
    slot,
    observer = NO_OBSERVER,
  } = options;
  const log = createLogger('test', 'silent');
  const deps = { db, vault, log, observer, amazon, now: Date.now, clockSpeed };
  const details = { resource: 'orders', records: 0, faults: 0, withdrawn: 0, ambiguous: false };
  const workflowId = amazonSyncWorkflowId(owners.get(connectionId) ?? '');
  const env = new MockActivityEnvironment(
    {
      workflowExecution: { workflowId, runId: 'run-1' },
      ...(slot && {
        heartbeatDetails: { ...details, page: null, slots: { [slot.operation]: slot.at } },
        attempt: 2,
      }),
    },
    // A failed attempt is what some of these are about.
    { logger: new DefaultLogger('ERROR') },
  );
  const calls = createAmazonCalls(deps);
  return env.run(() =>
    attempted(deps, 'orders', (attempt) =>
      // Which method is called makes no difference to the quota: the operation names the bucket.
      calls.call(attempt, connectionId, operation, (seller, signal) =>
        seller.createReport({ reportType: 'T', marketplaceIds: [], from: '', to: '' }, signal),
      ),
    ),
  );
}

/** An attempt that makes several requests, and waits for a turn; what it leaves for the next one. */
async function attemptOf(
  connectionId: string,
  amazon: Amazon,
  operations: readonly Operation[],
  heartbeatDetails?: unknown,
) {
  const db = database.scoped.worker;
  const log = createLogger('test', 'silent');
  const deps = { db, vault, log, observer: NO_OBSERVER, amazon, now: Date.now, clockSpeed: 1 };
  const workflowId = amazonSyncWorkflowId(owners.get(connectionId) ?? '');
  const env = new MockActivityEnvironment(
    {
      workflowExecution: { workflowId, runId: 'run-1' },
      ...(heartbeatDetails !== undefined && { heartbeatDetails, attempt: 2 }),
    },
    { logger: new DefaultLogger('ERROR') },
  );
  let details: unknown;
  env.on('heartbeat', (noted: unknown) => {
    details = noted;
  });
  const calls = createAmazonCalls(deps);
  const wait = await waitOf(
    env.run(() =>
      attempted(deps, 'orders', async (attempt) => {
        for (const operation of operations) {
          await calls.call(attempt, connectionId, operation, (seller, signal) =>
            seller.createReport({ reportType: 'T', marketplaceIds: [], from: '', to: '' }, signal),
          );
        }
      }),
    ),
  );
  return { wait, details };
}

async function waitOf(failing: Promise<unknown>): Promise<Wait> {
  const failure = await failing.then(() => undefined).catch((error: unknown) => error);
  if (!(failure instanceof ApplicationFailure)) throw new Error('It did not fail as expected');
  expect(failure).toMatchObject({ type: 'quota_wait', category: 'BENIGN' });
  return Wait.parse(failure.details?.[0]);
}

const owners = new Map<string, string>();

async function newConnection(): Promise<string> {
  const userKey = randomUUID();
  const id = await connected(database.db, userKey);
  owners.set(id, userKey);
  return id;
}

function nextOf(
  connectionId: string,
  operation: Operation,
  clockSpeed = 1,
  now = Date.now(),
): Promise<Reservation> {
  const bucket = { connectionId, operation, ...USAGE_PLANS[operation], clockSpeed };
  return reserve(database.db, bucket, now);
}

test('a 429 whose next turn is soon is waited for inside the attempt', async () => {
  const { amazon, requests } = amazonWith({ status: 429 });
  await expect(call(await newConnection(), amazon)).resolves.toBe('report-1');
  expect(requests).toHaveLength(2);
  // Half of two a second.
  expect((requests[1] ?? 0) - (requests[0] ?? 0)).toBeGreaterThan(1_000);
});

test('a 429 whose next turn is far ends the attempt, which has its place in the queue', async () => {
  const connectionId = await newConnection();
  const { amazon, requests } = amazonWith({ status: 429 });
  const { until, reason } = await waitOf(call(connectionId, amazon, { operation: 'createReport' }));
  expect(reason).toBe('quota');
  expect(until - Date.now()).toBeGreaterThan(2 * 60_000);
  expect(requests).toHaveLength(1);
});

test('an attempt that meets nothing but 429s gives up its slot after a few of them', async () => {
  const answers = Array.from({ length: 20 }, () => ({ status: 429 }));
  const { amazon, requests } = amazonWith(...answers);
  await waitOf(call(await newConnection(), amazon, { clockSpeed: 1_000 }));
  expect(requests).toHaveLength(4);
});

test('a turn that an earlier attempt has reserved is taken, and no other', async () => {
  const connectionId = await newConnection();
  const { amazon, requests } = amazonWith();
  const slot = { operation: 'searchOrders', at: Date.now() };
  await call(connectionId, amazon, { operation: 'searchOrders', slot });
  expect(requests).toHaveLength(1);
  // The whole burst is there still: the bucket was not asked.
  for (let request = 0; request < 20; request += 1) await nextOf(connectionId, 'searchOrders');
  const next = await nextOf(connectionId, 'searchOrders');
  expect(next.at - Date.now()).toBeGreaterThan(60_000);
});

test.each([200, 400])(
  'the rate that an answer of %i tells holds for the next calls',
  async (status) => {
    const connectionId = await newConnection();
    const { amazon } = amazonWith({ status, rateLimit: 0.5 });
    await call(connectionId, amazon, { operation: 'createReport' }).catch((error: unknown) => {
      expect(error).toMatchObject({ type: 'invalid_request' });
    });
    expect(await nextOf(connectionId, 'createReport')).toMatchObject({ perSecond: 0.5 });
  },
);

test('an answer that tells no rate leaves the last one', async () => {
  const connectionId = await newConnection();
  const { amazon } = amazonWith({ status: 200, rateLimit: 0.5 }, { status: 200 });
  await call(connectionId, amazon, { operation: 'createReport' });
  await call(connectionId, amazon, { operation: 'createReport' });
  expect(await nextOf(connectionId, 'createReport')).toMatchObject({ perSecond: 0.5 });
});

/** Amazon as several workers reach it, each with an exchange of tokens that takes so long, ms. */
function amazonsThat(exchangesMs: number[]) {
  const arrivals: number[] = [];
  const amazons = exchangesMs.map((milliseconds): Amazon => {
    const { amazon } = amazonWith({
      status: 200,
      before: async () => arrivals.push(performance.now()),
    });
    return {
      seller: (connection, onCall) => ({
        ...amazon.seller(connection, onCall),
        authorize: async () => setTimeout(milliseconds),
      }),
    };
  });
  return { amazons, arrivals };
}

/** How many of these requests a bucket of two, which gets two a second, would refuse. */
function refusedOf(arrivals: number[]): number {
  let tokens = 2;
  let refused = 0;
  let last = 0;
  for (const at of [...arrivals].sort((one, other) => one - other)) {
    tokens = Math.min(2, tokens + ((at - last) * 2) / 1_000);
    last = at;
    if (tokens < 1) refused += 1;
    else tokens -= 1;
  }
  return refused;
}

test('an exchange of tokens before the request does not make it late', async () => {
  const connectionId = await newConnection();
  const { amazons, arrivals } = amazonsThat([1_100, 600, 0, 0]);
  await Promise.all(amazons.map((amazon) => call(connectionId, amazon)));
  expect(arrivals).toHaveLength(4);
  expect(refusedOf(arrivals)).toBe(0);
});

test('requests that a busy machine holds up do not leave together', async () => {
  const connectionId = await newConnection();
  const { amazons, arrivals } = amazonsThat([0, 0, 0, 0]);
  const calls = amazons.map((amazon) => call(connectionId, amazon));
  // Time for each to have its place; one that has none yet when the machine gets busy makes this easier, not wrong.
  await setTimeout(100);
  const busyUntil = performance.now() + 1_700;
  while (performance.now() < busyUntil) Math.random();
  await Promise.all(calls);
  expect(arrivals).toHaveLength(4);
  expect(refusedOf(arrivals)).toBe(0);
});

test('a turn that was reserved long ago is not taken: others were held up with it', async () => {
  const connectionId = await newConnection();
  const { amazon } = amazonWith();
  const slot = { operation: 'searchOrders', at: Date.now() - 60_000 };
  await call(connectionId, amazon, { operation: 'searchOrders', slot });
  for (let request = 1; request < 20; request += 1) await nextOf(connectionId, 'searchOrders');
  const next = await nextOf(connectionId, 'searchOrders');
  expect(next.at - Date.now()).toBeGreaterThan(60_000);
});

test('the next attempt makes its first request again, and has the turn of its second one still', async () => {
  const connectionId = await newConnection();
  for (let request = 0; request < 15; request += 1) {
    await nextOf(connectionId, 'getReportDocument');
  }
  const { amazon } = amazonWith();
  const operations = ['getReport', 'getReportDocument'] as const;
  const first = await attemptOf(connectionId, amazon, operations);
  const second = await attemptOf(connectionId, amazon, operations, first.details);
  expect(first.wait.until - Date.now()).toBeGreaterThan(5_000);
  // To the millisecond that a wait is rounded up to.
  expect(Math.abs(second.wait.until - first.wait.until)).toBeLessThan(1_000);
});

test('a turn that is to come is told once, however many attempts wait for it', async () => {
  const connectionId = await newConnection();
  const { amazon } = amazonWith();
  const told: [string, number][] = [];
  const observer = {
    ...NO_OBSERVER,
    quotaWaited: (...wait: [string, number]) => void told.push(wait),
  };
  const operation = 'searchOrders';
  await call(connectionId, amazon, { operation, observer });
  expect(told).toEqual([]);
  for (let request = 1; request < 19; request += 1) await nextOf(connectionId, operation);
  const { until } = await waitOf(call(connectionId, amazon, { operation, observer }));
  expect(told).toEqual([[operation, expect.any(Number)]]);
  expect(told[0]?.[1]).toBeGreaterThan(60);
  await waitOf(call(connectionId, amazon, { operation, observer, slot: { operation, at: until } }));
  expect(told).toHaveLength(1);
});

test('the rate is in Amazon’s seconds, also where they are short', async () => {
  const connectionId = await newConnection();
  const { amazon } = amazonWith({ status: 200, rateLimit: 1 });
  const now = Date.now();
  await call(connectionId, amazon, { operation: 'createReport', clockSpeed: 100 });
  const waits: number[] = [];
  for (let request = 0; request < 18; request += 1) {
    const { at } = await nextOf(connectionId, 'createReport', 100, now + 60_000);
    waits.push(Math.round((at - now - 60_000) * 10));
  }
  expect(waits).toEqual([...Array(15).fill(0), 102, 204, 306]);
});

test('a database that goes away after Amazon has answered does not lose the answer', async () => {
  const connectionId = await newConnection();
  const db = openScopedDatabase({ ...OPTIONS, url: urlFor('worker', database.url) });
  const { amazon } = amazonWith({ status: 200, rateLimit: 0.5, before: () => db.destroy() });
  const answer = await call(connectionId, amazon, { operation: 'createReport', db });
  expect(answer).toBe('report-1');
});
