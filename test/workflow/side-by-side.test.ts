import type { TestWorkflowEnvironment } from '@temporalio/testing';
import type { CompleteOrders } from '../../activities/orders-activities';
import { RESOURCES } from '../../contract/resources';
import { isPartial } from '../../contract/status-body';
import {
  allGood,
  FIRST_SYNC,
  failsFor,
  final,
  gate,
  LATER_SYNC,
  oneStepClaims,
  outcomeKeeper,
  WINDOWS,
} from './fake-world';
import { runSync } from './sync-runs';
import { startTimeSkipping } from './temporal-servers';

let server: TestWorkflowEnvironment;
beforeAll(async () => {
  server = await startTimeSkipping();
});
afterAll(() => server?.teardown());

test('all windows of a first sync and its claims are requested side by side', async () => {
  const reports = WINDOWS + 1;
  let requested = 0;
  const all = gate();
  const sync = await runSync(server, {
    ...allGood,
    async requestReport(request) {
      requested += 1;
      if (requested === reports) all.open();
      await all.opened; // one after the other, the first would wait here for ever
      return allGood.requestReport(request);
    },
  });
  expect(sync.state).toMatchObject({
    status: 'complete',
    resources: { orders: { requested: 13 } },
  });
  expect(requested).toBe(reports);
});

test('the cursor of orders moves once, after all windows are in', async () => {
  const steps: string[] = [];
  const completed: CompleteOrders[] = [];
  const sync = await runSync(server, {
    ...allGood,
    async importOrders() {
      steps.push('imported');
      return { records: 10 };
    },
    async completeOrders(input) {
      steps.push('completed');
      completed.push(input);
    },
  });
  expect(steps).toEqual([...Array(WINDOWS).fill('imported'), 'completed']);
  const [connection] = FIRST_SYNC.connections;
  expect(completed).toEqual([
    {
      run: sync.input,
      connectionId: connection?.connectionId,
      marketplaceIds: connection?.marketplaceIds,
      watermark: connection?.work?.orders[0]?.bulk?.watermark,
    },
  ]);
  expect(sync.state?.resources.orders).toMatchObject({ imported: WINDOWS + 1, records: 133 });
});

test('a window that fails for good fails the orders, leaves the cursor and completes the rest', async () => {
  let completions = 0;
  const { outcomes, recordSyncOutcome } = outcomeKeeper();
  const sync = await runSync(server, {
    ...allGood,
    recordSyncOutcome,
    importOrders: async ({ documentId }) => {
      if (documentId.includes('2025-03')) throw final('malformed_answer', 'Unreadable');
      return { records: 10 };
    },
    completeOrders: async () => {
      completions += 1;
    },
  });
  expect(completions).toBe(0);
  expect(sync.status).toBe('COMPLETED');
  expect(sync.state).toMatchObject({
    status: 'complete',
    progress: 100,
    error: null,
    resources: {
      orders: {
        outcome: 'failed',
        imported: WINDOWS - 1,
        records: 120,
        error: { type: 'malformed_answer', message: 'Unreadable', requestId: null },
      },
      inventory: { outcome: 'complete', records: 5 },
      claims: { outcome: 'complete', records: 2 },
    },
  });
  expect(outcomes).toEqual([sync.state]);
  expect(outcomes.map(isPartial)).toEqual([true]);
});

test.each(RESOURCES)('%s that fail for good leave the others complete', async (resource) => {
  const refused = final('access_denied', 'Amazon denies access to this data');
  const sync = await runSync(server, { ...allGood, ...failsFor(resource, refused) });
  expect(sync.status).toBe('COMPLETED');
  const outcomes = Object.entries(sync.state?.resources ?? {}).map(([name, steps]) => [
    name,
    steps.outcome,
    steps.error?.type,
  ]);
  expect(outcomes).toEqual(
    RESOURCES.map((name) =>
      name === resource ? [name, 'failed', 'access_denied'] : [name, 'complete', undefined],
    ),
  );
});

test('a sync of which everything fails is failed, and its workflow with the same words', async () => {
  const { outcomes, recordSyncOutcome } = outcomeKeeper();
  const sync = await runSync(server, {
    ...allGood,
    ...failsFor('orders', final('report_fatal', 'Amazon could not make the report')),
    ...failsFor('inventory', final('access_denied', 'Amazon denies access to this data')),
    ...failsFor('returns', final('report_fatal', 'Amazon could not make the report')),
    awaitReport: async () => {
      throw final('report_fatal', 'Amazon could not make the report');
    },
    recordSyncOutcome,
  });
  expect(sync.status).toBe('FAILED');
  expect(sync.failure).toMatchObject({
    type: 'report_fatal',
    message: 'Amazon could not make the report',
  });
  expect(outcomes).toMatchObject([
    {
      status: 'failed',
      error: { type: 'report_fatal', message: 'Amazon could not make the report' },
      resources: { inventory: { error: { type: 'access_denied' } } },
    },
  ]);
});

test('reports that Amazon has nothing for are imported as empty', async () => {
  const documents: (string | null)[] = [];
  const sync = await runSync(server, {
    ...allGood,
    awaitReport: async () => ({ kind: 'nothing' }),
    importClaims: async ({ documentId }) => {
      documents.push(documentId);
      return { records: 0 };
    },
    importOrders: async () => {
      throw final('invalid_request', 'There is no document');
    },
    searchOrders: async () => ({ records: 0 }),
  });
  expect(sync.state).toMatchObject({
    status: 'complete',
    resources: {
      orders: { outcome: 'complete', imported: WINDOWS + 1, records: 0 },
      claims: { outcome: 'complete', imported: 1, records: 0 },
    },
  });
  expect(documents).toEqual([null]);
});

test('a later sync searches orders, and leaves the cursor to the search', async () => {
  const sync = await runSync(server, {
    ...allGood,
    prepareSync: async () => LATER_SYNC,
    completeOrders: async () => {
      throw final('internal_error', 'The search moves the cursor itself');
    },
  });
  expect(sync.state?.resources.orders).toMatchObject({
    outcome: 'complete',
    reports: 0,
    direct: 1,
    imported: 1,
    records: 3,
  });
});

test('every connection and every marketplace of a user is synced', async () => {
  const [connection] = FIRST_SYNC.connections;
  const scanned: string[] = [];
  const sync = await runSync(server, {
    ...allGood,
    prepareSync: async () => ({
      connections: ['na', 'eu'].flatMap((connectionId) =>
        connection === undefined
          ? []
          : [{ ...connection, connectionId, marketplaceIds: ['first', 'second'] }],
      ),
    }),
    scanInventory: async ({ connectionId, marketplaceId }) => {
      scanned.push(`${connectionId} ${marketplaceId}`);
      return { records: 5 };
    },
  });
  expect(scanned.sort()).toEqual(['eu first', 'eu second', 'na first', 'na second']);
  expect(sync.state?.resources).toMatchObject({
    orders: { imported: 28, records: 266 },
    inventory: { imported: 4, records: 20 },
    claims: { imported: 2, records: 4 },
  });
});

test('a sync that was planned before there were returns fetches the other three, and says nothing of them', async () => {
  const { outcomes, recordSyncOutcome } = outcomeKeeper();
  const { connections } = FIRST_SYNC;
  const older = connections.map(({ work, ...connection }) => ({
    ...connection,
    work: work && { orders: work.orders, claims: work.claims },
  }));
  const sync = await runSync(server, {
    ...allGood,
    ...failsFor('returns', final('internal_error', 'Nobody asked for returns')),
    prepareSync: async () => ({ connections: older }),
    recordSyncOutcome,
  });
  expect(sync.state).toMatchObject({ status: 'complete', progress: 100, error: null });
  expect(Object.keys(sync.state?.resources ?? {})).toEqual(['orders', 'inventory', 'claims']);
  expect(outcomes).toEqual([sync.state]);
});

test('claims are one step where they were planned so, and a sync with little new at most 41 events', async () => {
  const imported: string[] = [];
  const sync = await runSync(server, {
    ...allGood,
    ...failsFor('claims', final('internal_error', 'Nobody asked for claims in three steps')),
    prepareSync: async () => oneStepClaims(LATER_SYNC),
    importAccountReport: async ({ resource }) => {
      imported.push(resource);
      return { kind: 'imported', records: 4, isWhole: true };
    },
  });
  expect(imported.sort()).toEqual(['claims', 'returns']);
  const report = { reports: 1, requested: 1, ready: 1, imported: 1, records: 4 };
  expect(sync.state).toMatchObject({
    status: 'complete',
    resources: { claims: report, returns: report },
  });
  // Begun and ended; six activities of three events; seven tasks of the workflow of three, where none share one.
  expect(sync.history.events?.length).toBeLessThanOrEqual(2 + 6 * 3 + 7 * 3);
});
