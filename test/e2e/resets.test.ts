import { amazonSyncWorkflowId } from '../../contract/amazon-sync-workflow-id';
import { findSync } from '../../store/syncs';
import { eventually } from '../eventually';
import { resetRun } from '../reset-run';
import { start, statusOf } from './bodies';
import { maintained, onlyWhenAsked } from './maintenance';
import { startTestStack, type TestStack, type TestUser } from './test-stack';

jest.setTimeout(300_000);

let stack: TestStack;
let minutesAhead = 0;
beforeAll(async () => {
  stack = await startTestStack({ now: () => Date.now() + minutesAhead * 60_000 });
  // What hangs at Amazon is let go of soon, so that the sync goes on soon.
  await stack.startWorker({ requestTimeoutMs: 2_000 });
  await onlyWhenAsked(stack);
});
afterAll(() => stack.stop());
beforeEach(() => stack.sandbox.clearFaults());

const rowOf = (user: TestUser, syncId: string) => findSync(stack.db, user.userId, syncId);

const runsOf = (user: TestUser, runId?: string) =>
  stack.temporal.workflow.getHandle(amazonSyncWorkflowId(user.userId), runId);

const reset = (user: TestUser, runId: string) =>
  resetRun(stack.temporal, {
    workflowId: amazonSyncWorkflowId(user.userId),
    runId,
    after: 'first',
  });

/** A user whose sync hangs at Amazon, and its row is there. */
async function hanging() {
  stack.sandbox.setFault({ operation: 'createReport', times: null, effect: { kind: 'hang' } });
  const seller = await stack.newSeller();
  const user = await stack.user(seller);
  const syncId = await start(user.client);
  const { runId } = await eventually('its row', () => rowOf(user, syncId));
  await eventually('its requests to hang', async () => {
    const { pendingActivities } = (await runsOf(user).describe()).raw;
    return pendingActivities?.some(({ activityType }) => activityType?.name === 'requestReport')
      ? true
      : undefined;
  });
  return { seller, user, syncId, runId };
}

test('a sync that an operator resets goes on, and is not taken for one that has ended', async () => {
  const { seller, user, syncId, runId } = await hanging();
  await reset(user, runId);
  expect((await runsOf(user, runId).describe()).status.name).toBe('TERMINATED');
  expect(await statusOf(user.client, syncId)).toMatchObject({ syncId, status: 'in_progress' });
  minutesAhead += 6;
  expect((await maintained(stack)).recordLostEnds).toBe(0);
  expect(await rowOf(user, syncId)).toMatchObject({ status: 'in_progress' });
  stack.sandbox.clearFaults();
  const ended = await user.client.untilEnded(syncId, 90_000);
  expect(ended).toMatchObject({ status: 'complete', partial: false, error: null });
  expect(await stack.differences(user, seller)).toEqual([]);
});

test('a sync that was terminated, and reset before anybody asked, goes on', async () => {
  const { seller, user, syncId, runId } = await hanging();
  await runsOf(user).terminate('by mistake');
  await reset(user, runId);
  stack.sandbox.clearFaults();
  const ended = await user.client.untilEnded(syncId, 90_000);
  expect(ended).toMatchObject({ status: 'complete', partial: false });
  expect(await stack.differences(user, seller)).toEqual([]);
});

test('a sync that has ended stays as it ended when its run is reset, and the user can sync again', async () => {
  const seller = await stack.newSeller();
  const user = await stack.user(seller);
  const syncId = await start(user.client);
  const before = await user.client.untilEnded(syncId, 60_000);
  const { runId } = await eventually('its row', () => rowOf(user, syncId));
  await eventually('the workflow to close', async () =>
    (await runsOf(user).describe()).status.name === 'COMPLETED' ? true : undefined,
  );
  const askedBefore = stack.sandbox.stats().operations.createReport?.[202] ?? 0;
  const again = await reset(user, runId);
  await expect(runsOf(user, again).result()).rejects.toMatchObject({
    cause: { cause: { type: 'superseded' } },
  });
  expect(stack.sandbox.stats().operations.createReport?.[202] ?? 0).toBe(askedBefore);
  expect(await statusOf(user.client, syncId)).toEqual(before);
  const next = await start(user.client);
  expect(await user.client.untilEnded(next, 60_000)).toMatchObject({ status: 'complete' });
  expect(await stack.differences(user, seller)).toEqual([]);
});

test('resetting an ended sync ends the newer one that runs, which says so; the user can sync again', async () => {
  const seller = await stack.newSeller();
  const user = await stack.user(seller);
  const older = await start(user.client);
  const before = await user.client.untilEnded(older, 60_000);
  const { runId } = await eventually('its row', () => rowOf(user, older));
  stack.sandbox.setFault({ operation: 'searchOrders', times: null, effect: { kind: 'hang' } });
  const newer = await start(user.client);
  const again = await reset(user, runId);
  await expect(runsOf(user, again).result()).rejects.toMatchObject({
    cause: { cause: { type: 'superseded' } },
  });
  expect(await statusOf(user.client, older)).toEqual(before);
  expect(await user.client.untilEnded(newer, 60_000)).toMatchObject({
    status: 'failed',
    error: { type: 'terminated' },
  });
  stack.sandbox.clearFaults();
  const last = await start(user.client);
  expect(await user.client.untilEnded(last, 60_000)).toMatchObject({ status: 'complete' });
  expect(await stack.differences(user, seller)).toEqual([]);
});
