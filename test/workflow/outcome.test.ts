import { randomUUID } from 'node:crypto';
import { activityInfo } from '@temporalio/activity';
import type { TestWorkflowEnvironment } from '@temporalio/testing';
import type { SyncPlan } from '../../activities/sync-plan';
import type { SyncState } from '../../contract/sync-state';
import { SYNC_STATE_QUERY } from '../../contract/sync-workflow';
import { freePort } from '../../dev/free-port';
import { findSync } from '../../store/syncs';
import { allGood, failsFor, final, gate, outcomeKeeper } from './fake-world';
import { onServerTime, openRealWorld, openTestDatabase, type RealWorld } from './real-activities';
import { scriptedAmazon } from './scripted-amazon';
import { type RunningSync, runSync } from './sync-runs';
import { startTimeSkipping } from './temporal-servers';

const MINUTE = 60_000;

let server: TestWorkflowEnvironment;
let world: RealWorld;
beforeAll(async () => {
  [server, world] = await Promise.all([startTimeSkipping(), openRealWorld()]);
});
afterAll(async () => {
  await server?.teardown();
  await world?.close();
});

test('an outcome is recorded however long the database is away', async () => {
  const amazon = scriptedAmazon({});
  const { userKey } = await world.connectedUser();
  const nobody = openTestDatabase(`postgres://nobody@127.0.0.1:${await freePort(0)}/nothing`);
  const away = onServerTime(server, (now) => world.activities({ amazon, now, db: nobody }));
  const there = onServerTime(server, (now) => world.activities({ amazon, now }));
  let attempts = 0;
  const sync = await runSync(
    server,
    {
      ...there,
      recordSyncOutcome: (outcome) => {
        attempts = activityInfo().attempt;
        return (attempts <= 9 ? away : there).recordSyncOutcome(outcome);
      },
    },
    { userKey },
  );
  await nobody.destroy();
  expect(attempts).toBe(10);
  // 1 + 2 + … + 256 s, each up to a fifth shorter.
  expect(sync.milliseconds).toBeGreaterThan(6 * MINUTE);
  expect(sync.status).toBe('COMPLETED');
  expect(await findSync(world.db, userKey, sync.input.syncId)).toMatchObject({
    status: 'complete',
    body: { status: 'complete', progress: 100, completedAt: sync.state?.completedAt },
  });
});

test('a user without a connection to Amazon has a failed sync that says so', async () => {
  const userKey = `user-${randomUUID()}`;
  const sync = await syncOf(userKey);
  expect(sync.status).toBe('FAILED');
  expect(sync.failure).toMatchObject({ cause: { type: 'amazon_not_connected' } });
  expect(await findSync(world.db, userKey, sync.input.syncId)).toMatchObject({
    status: 'failed',
    body: {
      error: { type: 'amazon_not_connected', message: 'Amazon is not connected' },
      progress: 0,
    },
  });
});

test('a user who has to authorize again has a failed sync that says so', async () => {
  const { userKey, connectionId } = await world.connectedUser();
  await world.db
    .updateTable('connections')
    .set({ status: 'reauthorization_required' })
    .where('id', '=', connectionId)
    .execute();
  const sync = await syncOf(userKey);
  expect(sync.status).toBe('FAILED');
  expect(await findSync(world.db, userKey, sync.input.syncId)).toMatchObject({
    status: 'failed',
    body: { error: { type: 'reauthorization_required' } },
  });
});

test('a query answers from the first workflow task on, and gives the final state after the end', async () => {
  const preparing = gate();
  const asked = gate();
  const first: SyncState[] = [];
  const sync = await runSync(
    server,
    {
      ...allGood,
      prepareSync: async (input) => {
        preparing.open();
        await asked.opened;
        return allGood.prepareSync(input);
      },
    },
    {
      during: async ({ handle }) => {
        await preparing.opened;
        first.push(await stateOf(handle));
        asked.open();
      },
      after: async ({ handle, state }) => {
        expect(await stateOf(handle)).toEqual(state);
      },
    },
  );
  expect(first).toMatchObject([
    {
      syncId: sync.input.syncId,
      status: 'in_progress',
      startedAt: sync.input.startedAt,
      completedAt: null,
      progress: 0,
      planned: false,
      error: null,
    },
  ]);
  expect(sync.state).toMatchObject({ status: 'complete', progress: 100 });
});

test('a query shows the steps that are done while a sync runs', async () => {
  const importing = gate();
  const asked = gate();
  const seen: SyncState[] = [];
  await runSync(
    server,
    {
      ...allGood,
      ...failsFor('inventory', final('access_denied', 'Amazon denies access to this data')),
      importClaims: async (input) => {
        importing.open();
        await asked.opened;
        return allGood.importClaims(input);
      },
    },
    {
      during: async ({ handle }) => {
        await importing.opened;
        seen.push(await stateOf(handle));
        asked.open();
      },
    },
  );
  expect(seen).toMatchObject([
    {
      status: 'in_progress',
      planned: true,
      resources: { claims: { reports: 1, requested: 1, ready: 1, imported: 0, outcome: 'open' } },
    },
  ]);
  expect(seen[0]?.progress).toBeLessThan(100);
});

test('a fault in the workflow code ends the sync as failed', async () => {
  const { outcomes, recordSyncOutcome } = outcomeKeeper();
  const sync = await runSync(server, {
    ...allGood,
    recordSyncOutcome,
    // Nonsense, as an activity of another version might answer.
    prepareSync: async () => JSON.parse('{}') satisfies SyncPlan,
  });
  expect(sync.status).toBe('FAILED');
  expect(sync.failure).toMatchObject({ type: 'TypeError' });
  expect(outcomes).toMatchObject([
    {
      status: 'failed',
      error: { type: 'internal_error', message: 'Something went wrong on our side' },
    },
  ]);
});

test('a fault in the part of one resource leaves the others complete', async () => {
  const { outcomes, recordSyncOutcome } = outcomeKeeper();
  const sync = await runSync(server, {
    ...allGood,
    recordSyncOutcome,
    scanInventory: async () => JSON.parse('null'),
  });
  expect(sync.status).toBe('COMPLETED');
  expect(outcomes).toMatchObject([
    {
      status: 'complete',
      resources: {
        orders: { outcome: 'complete' },
        inventory: { outcome: 'failed', error: { type: 'internal_error' } },
        claims: { outcome: 'complete' },
      },
    },
  ]);
});

function syncOf(userKey: string) {
  const amazon = scriptedAmazon({});
  const activities = onServerTime(server, (now) => world.activities({ amazon, now }));
  return runSync(server, activities, { userKey });
}

function stateOf(handle: RunningSync['handle']): Promise<SyncState> {
  return handle.query<SyncState>(SYNC_STATE_QUERY);
}
