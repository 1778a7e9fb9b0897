import { amazonSyncStart } from '../../contract/amazon-sync-start';
import { amazonSyncWorkflowId } from '../../contract/amazon-sync-workflow-id';
import { syncIdOf } from '../../contract/sync-id';
import { findSync, insertSync } from '../../store/syncs';
import { eventually } from '../eventually';
import { start } from './bodies';
import { maintained, onlyWhenAsked, taskQueueOf } from './maintenance';
import { startTestStack, type TestStack, type TestUser } from './test-stack';

jest.setTimeout(300_000);

let stack: TestStack;
let minutesAhead = 0;
beforeAll(async () => {
  stack = await startTestStack({ now: () => Date.now() + minutesAhead * 60_000 });
  await stack.startWorker();
  await onlyWhenAsked(stack);
  stack.sandbox.setFault({ operation: 'createReport', times: null, effect: { kind: 'hang' } });
});
afterAll(() => stack.stop());

const rowOf = (user: TestUser, syncId: string) => findSync(stack.db, user.userId, syncId);

/** A user whose sync runs, and its row is there. */
async function syncing() {
  const user = await stack.user(await stack.newSeller());
  const syncId = await start(user.client);
  await eventually('the row', () => rowOf(user, syncId));
  return { user, syncId };
}

test('the end of a sync that an operator terminated is recorded, with nobody asking', async () => {
  const ended = await syncing();
  const running = await syncing();
  const handle = stack.temporal.workflow.getHandle(amazonSyncWorkflowId(ended.user.userId));
  await handle.terminate('for maintenance of the cluster');
  // Not while it is young, and not again and again for one that runs.
  await maintained(stack);
  expect(await rowOf(ended.user, ended.syncId)).toMatchObject({ status: 'in_progress' });
  minutesAhead += 6;
  expect((await maintained(stack)).recordLostEnds).toBe(1);
  expect(await rowOf(ended.user, ended.syncId)).toMatchObject({
    status: 'failed',
    body: {
      status: 'failed',
      message: 'Sync failed: An operator ended the sync: for maintenance of the cluster',
      error: { type: 'terminated' },
    },
  });
  expect(await rowOf(running.user, running.syncId)).toMatchObject({ status: 'in_progress' });
  expect(await maintained(stack)).not.toHaveProperty('recordLostEnds');
});

test('the end of a sync whose time ran out is recorded, with nobody asking', async () => {
  const { userId: userKey } = await stack.user(await stack.newSeller());
  const at = new Date(Date.now() + minutesAhead * 60_000);
  const sync = { syncId: syncIdOf(userKey, at.getTime()), userKey } as const;
  const how = { mode: 'auto', trigger: 'manual' } as const;
  // As the API starts one, but for the limit, which is days.
  const handle = await stack.temporal.workflow.start('amazonSync', {
    ...amazonSyncStart({ ...sync, ...how, startedAt: at.toISOString() }),
    taskQueue: taskQueueOf(stack),
    workflowExecutionTimeout: '3s',
  });
  const { runId } = await handle.describe();
  await insertSync(stack.db, { ...sync, ...how, runId, startedAt: at });
  const row = () => findSync(stack.db, userKey, sync.syncId);
  await eventually('its time to run out', async () =>
    (await handle.describe()).status.name === 'TIMED_OUT' ? true : undefined,
  );
  expect(await row()).toMatchObject({ status: 'in_progress', completedAt: null });
  minutesAhead += 6;
  expect((await maintained(stack)).recordLostEnds).toBe(1);
  expect(await row()).toMatchObject({
    status: 'failed',
    completedAt: expect.any(Date),
    body: {
      status: 'failed',
      message: 'Sync failed: The sync took longer than a sync may take',
      error: { type: 'timed_out' },
    },
  });
});
