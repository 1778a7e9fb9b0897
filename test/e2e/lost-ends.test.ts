import { amazonSyncWorkflowId } from '../../contract/amazon-sync-workflow-id';
import { findSync } from '../../store/syncs';
import { eventually } from '../eventually';
import { start } from './bodies';
import { maintained } from './maintenance';
import { startTestStack, type TestStack, type TestUser } from './test-stack';

jest.setTimeout(120_000);

let stack: TestStack;
let minutesAhead = 0;
beforeAll(async () => {
  stack = await startTestStack({ now: () => Date.now() + minutesAhead * 60_000 });
  await stack.startWorker();
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
