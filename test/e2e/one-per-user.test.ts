import { amazonSyncWorkflowId } from '../../contract/amazon-sync-workflow-id';
import { latestSyncs } from '../../store/syncs';
import { errorOf, overviewOf, START, start, statusOf } from './bodies';
import { startTestStack, type TestStack } from './test-stack';

let stack: TestStack;
/** Set while the service's clock stands still; epoch ms. */
let stopped: number | undefined;

beforeAll(async () => {
  stack = await startTestStack({ now: () => stopped ?? Date.now() });
});
afterAll(() => stack.stop());

// Before there is a worker: a sync could end, and another rightly begin, while a thousand are answered.
test('of a thousand starts at once exactly one is accepted and 999 are told which one', async () => {
  const user = await stack.user(await stack.newSeller());
  const once = async () => {
    let answer = await user.client.post(START);
    // A busy machine lets some wait for Temporal for too long: they come again, as they are told to.
    while (answer.status === 503) answer = await user.client.post(START);
    return answer;
  };
  const answers = await Promise.all(Array.from({ length: 1_000 }, once));
  const accepted = answers.filter(({ status }) => status === 200);
  const refused = answers.filter(({ status }) => status === 409);
  expect([accepted.length, refused.length]).toEqual([1, 999]);
  expect(new Set(refused.map((answer) => errorOf(answer).existingSyncId)).size).toBe(1);
  expect(accepted[0]?.body).toMatchObject({
    syncId: errorOf(refused[0] ?? { body: null }).existingSyncId,
  });
  expect(await latestSyncs(stack.db, user.userId, 10)).toHaveLength(1);
});

describe('with a worker', () => {
  beforeAll(async () => {
    await stack.startWorker();
  });

  test('right after a start its status is known and a second start is refused', async () => {
    for (let round = 0; round < 5; round += 1) {
      const user = await stack.user(await stack.newSeller());
      const syncId = await start(user.client);
      const [status, refused] = await Promise.all([
        statusOf(user.client, syncId),
        user.client.post(START),
      ]);
      expect(status).toMatchObject({ syncId, status: 'in_progress' });
      expect(errorOf(refused).existingSyncId).toBe(syncId);
    }
  });

  test('a sync whose status was asked for before it began is not ended by that', async () => {
    const user = await stack.user(await stack.newSeller());
    stopped = Date.now();
    const syncId = `sync_${user.userId}_${stopped}`;
    try {
      expect((await user.client.get(`/api/sync/status?syncId=${syncId}`)).status).toBe(404);
      expect(await start(user.client)).toBe(syncId);
      expect(await statusOf(user.client, syncId)).toMatchObject({ status: 'in_progress' });
    } finally {
      stopped = undefined;
    }
    expect(await user.client.untilEnded(syncId, 60_000)).toMatchObject({ status: 'complete' });
  });

  test('a start in the very moment a sync has ended is accepted with a new id', async () => {
    const user = await stack.user(await stack.newSeller());
    let before = await start(user.client);
    for (let round = 0; round < 5; round += 1) {
      await user.client.untilEnded(before, 60_000);
      const next = await start(user.client);
      expect(next).not.toBe(before);
      before = next;
    }
    await user.client.untilEnded(before, 60_000);
  });

  test('an ended sync keeps its status while a newer one runs', async () => {
    const user = await stack.user(await stack.newSeller());
    const first = await start(user.client);
    const ended = await user.client.untilEnded(first, 60_000);
    const second = await start(user.client);
    expect(await statusOf(user.client, first)).toEqual(ended);
    expect(await overviewOf(user.client)).toMatchObject({
      activeSync: { syncId: second },
      lastSync: { syncId: first, status: 'complete' },
    });
    await user.client.untilEnded(second, 60_000);
    expect(await statusOf(user.client, first)).toEqual(ended);
  });

  test('a sync that an operator terminated shows as failed with the reason, and a new one may start', async () => {
    const seller = await stack.newSeller();
    const user = await stack.user(seller);
    const syncId = await start(user.client);
    await stack.temporal.workflow
      .getHandle(amazonSyncWorkflowId(user.userId))
      .terminate('deploying a fix');
    expect(await user.client.untilEnded(syncId, 60_000)).toMatchObject({
      syncId,
      status: 'failed',
      error: { type: 'terminated', message: 'An operator ended the sync: deploying a fix' },
    });
    const next = await start(user.client);
    expect(await user.client.untilEnded(next, 60_000)).toMatchObject({ status: 'complete' });
    expect(await stack.differences(user, seller)).toEqual([]);
  });

  test('a sync that was terminated while a newer one runs shows as failed too', async () => {
    const user = await stack.user(await stack.newSeller());
    const first = await start(user.client);
    const handle = stack.temporal.workflow.getHandle(amazonSyncWorkflowId(user.userId));
    await handle.terminate('test');
    const second = await start(user.client);
    expect(await statusOf(user.client, first)).toMatchObject({ status: 'failed' });
    expect(await user.client.untilEnded(second, 60_000)).toMatchObject({ status: 'complete' });
  });

  test('a sync that is cancelled ends as cancelled, and a new one may start', async () => {
    const user = await stack.user(await stack.newSeller());
    const syncId = await start(user.client);
    await stack.temporal.workflow.getHandle(amazonSyncWorkflowId(user.userId)).cancel();
    expect(await user.client.untilEnded(syncId, 60_000)).toMatchObject({
      status: 'cancelled',
      message: 'Sync cancelled',
    });
    const next = await start(user.client);
    expect(await user.client.untilEnded(next, 60_000)).toMatchObject({ status: 'complete' });
  });
});
