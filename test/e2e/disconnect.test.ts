import { WorkflowNotFoundError } from '@temporalio/client';
import { z } from 'zod';
import { amazonSyncStart } from '../../contract/amazon-sync-start';
import { amazonSyncWorkflowId } from '../../contract/amazon-sync-workflow-id';
import { REGION_NAMES } from '../../contract/region-names';
import { everyResource, RESOURCES } from '../../contract/resources';
import { syncIdOf } from '../../contract/sync-id';
import type { SyncInput } from '../../contract/sync-input';
import { recordOutcome } from '../../store/syncs';
import { eventually } from '../eventually';
import { startTcpProxy, type TcpProxy } from '../tcp-proxy';
import { testServer } from '../test-servers';
import { bodyOf, COMPLETE } from '../unit/store/stored-things';
import { errorOf, overviewOf, START, start } from './bodies';
import { maintained, taskQueueOf } from './maintenance';
import { startTestStack, type TestStack, type TestUser } from './test-stack';

const DISCONNECT = '/api/v1/integrations/amazon/disconnect';
const HANG = { operation: 'createReport', times: null, effect: { kind: 'hang' } } as const;

/** Several syncs in a row, and Temporal's list of executions, which lags behind. */
jest.setTimeout(300_000);

let line: TcpProxy;
let stack: TestStack;
let minutesAhead = 0;
beforeAll(async () => {
  const [host = '', port] = testServer('TEST_TEMPORAL_ADDRESS').split(':');
  line = await startTcpProxy(host, Number(port));
  stack = await startTestStack({
    temporalAddress: `127.0.0.1:${line.port}`,
    now: () => Date.now() + minutesAhead * 60_000,
  });
  await stack.startWorker();
});
afterEach(() => stack.sandbox.clearFaults());
afterAll(async () => {
  await stack.stop();
  await line.close();
});

const Rows = z.strictObject(everyResource(() => z.number()));
const Disconnected = z.strictObject({
  success: z.literal(true),
  ok: z.literal(true),
  message: z.string(),
  deleted: Rows.extend({ syncs: z.number(), webhooks: z.number() }),
  remaining: Rows,
});
const NO_ROWS = everyResource(() => 0);

async function disconnect({ client }: TestUser, query = '') {
  const answer = await client.post(`${DISCONNECT}${query}`);
  if (answer.status !== 200) throw new Error(`Not disconnected: ${JSON.stringify(answer)}`);
  return Disconnected.parse(answer.body);
}

async function synced(): Promise<TestUser> {
  const user = await stack.user(await stack.newSeller());
  await user.client.untilEnded(await start(user.client), 60_000);
  return user;
}

async function totalsOf({ client }: TestUser): Promise<number[]> {
  const lists = RESOURCES.map(async (list) => {
    // As a frontend does: on a busy machine PostgreSQL may be out of reach for a moment.
    const body = await eventually(list, async () => {
      const answer = await client.get(`/api/v1/integrations/amazon/${list}?limit=1`);
      return answer.status === 503 ? undefined : answer.body;
    });
    return z.object({ total: z.number() }).parse(body).total;
  });
  return Promise.all(lists);
}

async function historyOf({ client }: TestUser): Promise<string[]> {
  const { body } = await client.get('/api/sync/history');
  const { syncs } = z.object({ syncs: z.array(z.object({ status: z.string() })) }).parse(body);
  return syncs.map((sync) => sync.status);
}

/** Rows that PostgreSQL has of a user, by table. */
async function storedOf({ userId }: TestUser): Promise<Record<string, number>> {
  const tables = ['connections', 'syncs', 'current_syncs', 'sync_schedules', 'webhooks'] as const;
  const counts = tables.map(async (table) => {
    const rows = await stack.db
      .selectFrom(table)
      .select('user_key')
      .where('user_key', '=', userId)
      .execute();
    return [table, rows.length] as const;
  });
  return Object.fromEntries(await Promise.all(counts));
}
const NOTHING = { connections: 0, syncs: 0, current_syncs: 0, sync_schedules: 0, webhooks: 0 };

async function executionsOf({ userId }: TestUser): Promise<number> {
  const query = `WorkflowId = '${amazonSyncWorkflowId(userId)}'`;
  return (await stack.temporal.workflow.count(query)).count;
}

const describe1 = async ({ userId }: TestUser) => {
  try {
    return await stack.temporal.workflow.getHandle(amazonSyncWorkflowId(userId)).describe();
  } catch (error) {
    if (error instanceof WorkflowNotFoundError) return undefined;
    throw error;
  }
};

/** Maintenance goes on until Temporal has nothing of the user, which its list tells late. */
async function purgedInTemporal(user: TestUser): Promise<void> {
  minutesAhead += 2;
  await eventually(
    'nothing left in Temporal',
    async () => {
      await maintained(stack);
      return (await executionsOf(user)) === 0 && (await describe1(user)) === undefined
        ? true
        : undefined;
    },
    60_000,
  );
}

test('without purge, rows are hidden and kept, the history stays, and nothing runs any more', async () => {
  const user = await synced();
  expect((await totalsOf(user)).every((total) => total > 0)).toBe(true);
  const answer = await disconnect(user);
  expect(answer).toMatchObject({
    deleted: { ...NO_ROWS, syncs: 0, webhooks: 0 },
    remaining: NO_ROWS,
  });
  expect(await totalsOf(user)).toEqual(RESOURCES.map(() => 0));
  expect(await historyOf(user)).toEqual(['complete']);
  const refused = await user.client.post(START);
  expect([refused.status, errorOf(refused).error]).toEqual([400, 'amazon_not_connected']);
  expect((await overviewOf(user.client)).nextScheduledSync).toBeNull();
  // Again, and of somebody who never was connected: nothing to do, and no error.
  await disconnect(user);
  await disconnect(await stack.user());
});

test('a running sync is cancelled at once, and its workflow ends', async () => {
  const user = await stack.user(await stack.newSeller());
  stack.sandbox.setFault(HANG);
  const syncId = await start(user.client);
  await eventually('the sync', async () =>
    ((await storedOf(user)).current_syncs ?? 0) > 0 ? true : undefined,
  );
  await disconnect(user);
  expect((await overviewOf(user.client)).lastSync).toMatchObject({
    syncId,
    status: 'cancelled',
    message: 'Sync cancelled: Amazon was disconnected',
  });
  await eventually('the end of the workflow', async () =>
    (await describe1(user))?.status.name === 'CANCELLED' ? true : undefined,
  );
  expect(await historyOf(user)).toEqual(['cancelled']);
});

test('with purge everything is gone, in PostgreSQL and in Temporal, and the answer counts it', async () => {
  const user = await synced();
  const other = await synced();
  const [orders, inventory, claims, returns] = await totalsOf(user);
  const answer = await disconnect(user, '?purge=1');
  expect(answer.deleted).toEqual({ orders, inventory, claims, returns, syncs: 1, webhooks: 0 });
  expect(answer.message).toBe('Amazon is disconnected, and your data deleted');
  expect(answer.remaining).toEqual(NO_ROWS);
  await maintained(stack);
  expect(await storedOf(user)).toEqual(NOTHING);
  expect(await historyOf(user)).toEqual([]);
  await purgedInTemporal(user);
  // Nobody else's.
  expect(await historyOf(other)).toEqual(['complete']);
  expect((await totalsOf(other)).every((total) => total > 0)).toBe(true);
  expect(await describe1(other)).toBeDefined();
});

test('what was kept by a disconnect can be purged later', async () => {
  const user = await synced();
  const [orders] = await totalsOf(user);
  await disconnect(user);
  expect((await disconnect(user, '?purge=1')).deleted).toMatchObject({ orders, syncs: 1 });
  await maintained(stack);
  expect(await storedOf(user)).toEqual(NOTHING);
});

test('one region is disconnected, and the others go on', async () => {
  const user = await synced();
  const { region } = await stack.db
    .selectFrom('connections')
    .select('region')
    .where('user_key', '=', user.userId)
    .executeTakeFirstOrThrow();
  const other = region === 'na' ? 'eu' : 'na';
  const { message } = await disconnect(user, `?purge=1&region=${other}`);
  expect(message).toBe(`Amazon ${REGION_NAMES[other]} is disconnected, and its data deleted`);
  expect((await totalsOf(user)).every((total) => total > 0)).toBe(true);
  expect(await historyOf(user)).toEqual(['complete']);
  expect((await disconnect(user, `?purge=1&region=${region}`)).deleted.orders).toBeGreaterThan(0);
  expect(await totalsOf(user)).toEqual(RESOURCES.map(() => 0));
});

describe('a sync that runs through a purge', () => {
  test('leaves nothing behind, whatever it still writes', async () => {
    const user = await stack.user(await stack.newSeller());
    stack.sandbox.setFault(HANG);
    const syncId = await start(user.client);
    await eventually('inventory', async () => ((await totalsOf(user))[1] ?? 0) > 0 || undefined);
    await disconnect(user, '?purge=1');
    // At once, also while its workflow is still ending.
    expect((await user.client.get(`/api/sync/status?syncId=${syncId}`)).status).toBe(404);
    await eventually('the end of the workflow', async () => {
      const status = (await describe1(user))?.status.name;
      return status !== 'RUNNING' ? true : undefined;
    });
    expect((await user.client.get(`/api/sync/status?syncId=${syncId}`)).status).toBe(404);
    await maintained(stack);
    expect(await storedOf(user)).toEqual(NOTHING);
  });

  test('does not write its outcome back', async () => {
    const user = await synced();
    const at = new Date(Date.now() + minutesAhead * 60_000);
    await disconnect(user, '?purge=1');
    const startedAt = new Date(at.getTime() - 1_000);
    const sync = {
      syncId: syncIdOf(user.userId, startedAt.getTime()),
      userKey: user.userId,
      runId: 'run-1',
      mode: 'auto',
      trigger: 'manual',
      startedAt,
    } as const;
    expect((await recordOutcome(stack.db, sync, bodyOf(sync, COMPLETE))).isFirst).toBe(false);
    expect(await historyOf(user)).toEqual([]);
  });

  test('is not taken for the first one of a user who connects again at once', async () => {
    const seller = await stack.newSeller();
    const user = await stack.user(seller);
    const hang = stack.sandbox.setFault({ ...HANG, times: 1 });
    await start(user.client);
    // Else it would be the next sync that hangs.
    await eventually('a request that hangs', async () => hang.hits() > 0 || undefined);
    await disconnect(user, '?purge=1');
    // Again, before anything of the purge is finished.
    await stack.user(seller, user.userId);
    const syncId = await eventually('a start', async () => {
      const answer = await user.client.post(START);
      if (answer.status === 409) return undefined;
      return z.object({ syncId: z.string() }).parse(answer.body).syncId;
    });
    await maintained(stack);
    const ended = await user.client.untilEnded(syncId, 60_000);
    expect(ended).toMatchObject({ status: 'complete', partial: false });
    minutesAhead += 10;
    await maintained(stack);
    expect(await stack.differences(user, seller)).toEqual([]);
    expect(await historyOf(user)).toEqual(['complete']);
    expect((await describe1(user))?.memo).toMatchObject({ syncId });
  });
});

test('while Temporal is away all of it is done that can be, and the rest when it is back', async () => {
  const user = await stack.user(await stack.newSeller());
  stack.sandbox.setFault(HANG);
  await start(user.client);
  await eventually('inventory', async () => ((await totalsOf(user))[1] ?? 0) > 0 || undefined);
  await line.cut();
  const begun = performance.now();
  const answer = await disconnect(user, '?purge=1');
  expect(performance.now() - begun).toBeLessThan(3_000);
  expect(answer.deleted.inventory).toBeGreaterThan(0);
  expect(await totalsOf(user)).toEqual(RESOURCES.map(() => 0));
  expect(await historyOf(user)).toEqual([]);
  expect((await describe1(user))?.status.name).toBe('RUNNING');
  await line.restore();
  await eventually('Temporal in reach', async () =>
    (await user.client.get('/readyz')).status === 200 ? true : undefined,
  );
  await purgedInTemporal(user);
  expect(await storedOf(user)).toEqual(NOTHING);
});

test('a sync whose start was under way is not left running by a purge', async () => {
  const user = await synced();
  const closed = async () =>
    (await describe1(user))?.status.name !== 'RUNNING' ? true : undefined;
  // Its outcome is recorded some moments before its workflow is closed, and allows another start.
  await eventually('the end of the first one', closed);
  await disconnect(user, '?purge=1');
  const startedAt = new Date(Date.now() + minutesAhead * 60_000 - 60_000);
  const sync: SyncInput = {
    syncId: syncIdOf(user.userId, startedAt.getTime()),
    userKey: user.userId,
    mode: 'auto',
    trigger: 'manual',
    startedAt: startedAt.toISOString(),
  };
  await stack.temporal.workflow.start('amazonSync', {
    ...amazonSyncStart(sync),
    taskQueue: taskQueueOf(stack),
  });
  await eventually('its end', closed);
  expect(await storedOf(user)).toMatchObject({ syncs: 0, current_syncs: 0 });
  await purgedInTemporal(user);
});

describe('after the days of retention', () => {
  const DAYS_31 = 31 * 24 * 60;

  test.each([
    ['a disconnect without purge', (user: TestUser) => disconnect(user)],
    [
      'an authorization that was withdrawn and not renewed',
      (user: TestUser) =>
        stack.db
          .updateTable('connections')
          .set({
            status: 'reauthorization_required',
            updated_at: new Date(Date.now() + minutesAhead * 60_000),
          })
          .where('user_key', '=', user.userId)
          .execute(),
    ],
  ])('everything goes that %s has left', async (_, end) => {
    const user = await synced();
    const stays = await synced();
    await end(user);
    await maintained(stack);
    expect((await storedOf(user)).connections).toBe(1);
    minutesAhead += DAYS_31;
    await maintained(stack);
    await maintained(stack);
    expect(await storedOf(user)).toEqual(NOTHING);
    expect((await storedOf(stays)).connections).toBe(1);
    minutesAhead -= DAYS_31;
    expect((await totalsOf(stays)).every((total) => total > 0)).toBe(true);
  });
});

describe('the older path', () => {
  const alias = (user: TestUser, query: string) =>
    user.client.post(`/api/v1/integrations/disconnect${query}`);

  test('disconnects and purges', async () => {
    const user = await synced();
    expect(await alias(user, '?provider=amazon&purge=0')).toEqual({
      status: 200,
      body: { ok: true },
    });
    const answer = await alias(user, '?provider=amazon&purge=1');
    expect(answer).toMatchObject({ status: 200, body: { ok: true, deleted: { syncs: 1 } } });
  });

  test.each(['', '?provider=docs', '?provider=amazon&purge=yes'])('refuses %j', async (query) => {
    const answer = await alias(await stack.user(), query);
    expect([answer.status, errorOf(answer).error]).toEqual([400, 'invalid_request']);
  });
});
