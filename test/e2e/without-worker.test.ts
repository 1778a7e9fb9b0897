import { START, start, statusOf } from './bodies';
import { firstSeller, startTestStack, type TestStack } from './test-stack';

let stack: TestStack;

beforeAll(async () => {
  stack = await startTestStack();
});
afterAll(() => stack.stop());

test('without a worker a start is accepted, its status says what it waits for, and a worker takes it up', async () => {
  const seller = firstSeller(stack);
  const user = await stack.user(seller);
  const syncId = await start(user.client);
  const begun = performance.now();
  const status = await statusOf(user.client, syncId);
  expect(performance.now() - begun).toBeLessThan(2_000);
  expect(status).toMatchObject({
    status: 'in_progress',
    progress: 0,
    message: 'Waiting for a worker to take up the sync',
  });
  expect((await user.client.post(START)).status).toBe(409);
  await stack.startWorker();
  expect(await user.client.untilEnded(syncId, 60_000)).toMatchObject({ status: 'complete' });
  expect(await stack.differences(user, seller)).toEqual([]);
});
