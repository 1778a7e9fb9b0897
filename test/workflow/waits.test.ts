import type { TestWorkflowEnvironment } from '@temporalio/testing';
import { allGood, failsFirst, wait } from './fake-world';
import { type EndedSync, eventCounts, runSync } from './sync-runs';
import { realServer, startTimeSkipping } from './temporal-servers';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;

let server: TestWorkflowEnvironment;
let real: TestWorkflowEnvironment;
beforeAll(async () => {
  [server, real] = await Promise.all([startTimeSkipping(), realServer()]);
});
afterAll(async () => {
  await server?.teardown();
  await real?.teardown();
});

test('an hour of quota wait delays a sync and fails nothing', async () => {
  const requestReport = failsFirst([wait('quota', 'orders', HOUR)], allGood.requestReport);
  const sync = await runSync(server, { ...allGood, requestReport });
  expect(sync.state).toMatchObject({ status: 'complete', progress: 100, error: null });
  expect(sync.milliseconds).toBeGreaterThanOrEqual(HOUR);
  expect(sync.milliseconds).toBeLessThan(HOUR + MINUTE);
});

test('a report that takes three hours delays a sync and fails nothing', async () => {
  const looks = Array.from({ length: 90 }, () => wait('report', 'claims', 2 * MINUTE));
  const takesLong = failsFirst(looks, allGood.awaitReport);
  const sync = await runSync(server, {
    ...allGood,
    awaitReport: (input) =>
      input.resource === 'claims' ? takesLong(input) : allGood.awaitReport(input),
  });
  expect(sync.state).toMatchObject({ status: 'complete', progress: 100, error: null });
  expect(sync.milliseconds).toBeGreaterThanOrEqual(3 * HOUR);
  expect(sync.milliseconds).toBeLessThan(3 * HOUR + MINUTE);
});

test('waits add no event to the history', async () => {
  const waits = (['orders', 'inventory', 'claims'] as const).map((resource) =>
    wait('quota', resource, 10 * MINUTE),
  );
  const waiting = await runSync(server, {
    ...allGood,
    requestReport: failsFirst(waits, allGood.requestReport),
    awaitReport: failsFirst(waits, allGood.awaitReport),
    scanInventory: failsFirst(waits, allGood.scanInventory),
    importOrders: failsFirst(waits, allGood.importOrders),
  });
  const straight = await runSync(server, allGood);
  expect(waiting.milliseconds).toBeGreaterThanOrEqual(90 * MINUTE);
  expect(straight.milliseconds).toBeLessThan(MINUTE);
  expect(ownEvents(waiting)).toEqual(ownEvents(straight));
});

test('a resource whose time runs out in a wait ends as timed out, with what it waited for', async () => {
  const waits = Array.from({ length: 4 }, () => wait('quota', 'claims', 2 * HOUR));
  const waitsOn = failsFirst(waits, allGood.requestReport);
  const sync = await runSync(server, {
    ...allGood,
    requestReport: (request) =>
      request.resource === 'claims' ? waitsOn(request) : allGood.requestReport(request),
  });
  expect(sync.state).toMatchObject({
    status: 'complete',
    resources: {
      orders: { outcome: 'complete' },
      claims: {
        outcome: 'failed',
        error: { type: 'timed_out', message: 'It took too long: Amazon limits requests' },
      },
    },
  });
  expect(sync.milliseconds).toBeLessThanOrEqual(6 * HOUR + MINUTE);
});

test('a wait that is longer than the time left ends its resource as timed out at once', async () => {
  const sync = await runSync(real, {
    ...allGood,
    awaitReport: async (input) => {
      if (input.resource === 'claims') throw wait('report', 'claims', 7 * HOUR);
      return allGood.awaitReport(input);
    },
  });
  expect(sync.state?.resources.claims).toMatchObject({
    outcome: 'failed',
    error: { type: 'timed_out', message: 'It took too long: Amazon prepares the report' },
  });
  expect(sync.milliseconds).toBeLessThan(MINUTE);
});

/** Workflow tasks left out: how many there are depends on how many activities end at the same moment. */
function ownEvents({ history }: EndedSync): Record<string, number> {
  const counts = Object.entries(eventCounts(history));
  return Object.fromEntries(counts.filter(([type]) => !type.startsWith('workflowTask')));
}
