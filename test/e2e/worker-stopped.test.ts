import { eventually } from '../eventually';
import { start, statusOf } from './bodies';
import { firstSeller, startTestStack, type TestStack } from './test-stack';

let stack: TestStack;

beforeAll(async () => {
  // Slow enough to be stopped in the middle: reports take one to two seconds.
  stack = await startTestStack({
    sandbox: { clockSpeed: 60, reportSeconds: { min: 60, max: 120 } },
  });
});
afterAll(() => stack.stop());

test('a worker killed in the middle of a sync and started again: complete, and the rows equal the seller', async () => {
  const seller = firstSeller(stack);
  const user = await stack.user(seller);
  const worker = await stack.spawnWorker();
  const syncId = await start(user.client);
  let highest = 0;
  await eventually('progress', async () => {
    const { progress } = await statusOf(user.client, syncId);
    highest = Math.max(highest, progress);
    return progress >= 30 ? progress : undefined;
  });
  process.kill(worker.pid, 'SIGKILL');
  await worker.ended;
  const resuming = await statusOf(user.client, syncId);
  expect(resuming.status).toBe('in_progress');
  expect(resuming.progress).toBeGreaterThanOrEqual(highest);
  await stack.spawnWorker();
  const ended = await user.client.untilEnded(syncId, 90_000, ({ progress }) => {
    expect(progress).toBeGreaterThanOrEqual(highest);
    highest = progress;
  });
  expect(ended).toMatchObject({ status: 'complete', partial: false });
  expect(await stack.differences(user, seller)).toEqual([]);
});

test('a worker told to stop ends its activities, exits with 0, and another one finishes the sync', async () => {
  const seller = firstSeller(stack);
  const user = await stack.user(seller);
  const worker = await stack.spawnWorker();
  const syncId = await start(user.client);
  await eventually('progress', async () =>
    (await statusOf(user.client, syncId)).progress >= 30 ? true : undefined,
  );
  process.kill(worker.pid, 'SIGTERM');
  expect(await worker.ended).toEqual({ code: 0, signal: null });
  await stack.spawnWorker();
  expect(await user.client.untilEnded(syncId, 60_000)).toMatchObject({ status: 'complete' });
  expect(await stack.differences(user, seller)).toEqual([]);
});
