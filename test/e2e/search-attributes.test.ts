import { randomUUID } from 'node:crypto';
import { Client, Connection } from '@temporalio/client';
import { msToTs } from '@temporalio/common/lib/time';
import { NativeConnection } from '@temporalio/worker';
import { dailyScheduleId } from '../../contract/schedule-ids';
import { createLogger } from '../../observability/logger';
import { createSearchAttributes, searchAttributeCalls } from '../../worker/search-attributes';
import { eventually } from '../eventually';
import { startTcpProxy } from '../tcp-proxy';
import { testServer } from '../test-servers';
import { start } from './bodies';
import { maintained, onlyWhenAsked, taskQueueOf } from './maintenance';
import { startTestStack, type TestStack } from './test-stack';

jest.setTimeout(300_000);

let stack: TestStack;
beforeAll(async () => {
  stack = await startTestStack();
  await stack.startWorker();
  await onlyWhenAsked(stack);
});
afterAll(() => stack?.stop());

/** Temporal's list lags behind. */
function found(query: string): Promise<string> {
  return eventually(
    query,
    async () => {
      for await (const { workflowId } of stack.temporal.workflow.list({ query })) return workflowId;
      return undefined;
    },
    120_000,
  );
}

test('a sync is found by its id, and a daily one by what has started it', async () => {
  const user = await stack.user(await stack.newSeller());
  const own = `WorkflowId = 'amazon-sync-${user.userId}'`;
  // Before that a sync does without.
  await eventually(
    'the worker to know them',
    () => stack.logs.some((line) => line.includes('search attributes are there')) || undefined,
    120_000,
  );
  const syncId = await start(user.client);
  await user.client.untilEnded(syncId, 120_000);
  expect(await found(`AmazonSyncId = '${syncId}'`)).toBe(`amazon-sync-${user.userId}`);
  expect(await found(`${own} and AmazonSyncMode = 'auto' and AmazonSyncTrigger = 'manual'`)).toBe(
    `amazon-sync-${user.userId}`,
  );

  await user.client.put('/api/v1/integrations/amazon/schedule', { enabled: true });
  await maintained(stack);
  await stack.temporal.schedule
    .getHandle(dailyScheduleId(taskQueueOf(stack), user.userId))
    .trigger();
  expect(await found(`${own} and AmazonSyncTrigger = 'schedule'`)).toBe(
    `amazon-sync-${user.userId}`,
  );
});

test('a fresh namespace gets them', async () => {
  const connection = await Connection.connect({ address: testServer('TEST_TEMPORAL_ADDRESS') });
  const namespace = `fresh-${randomUUID()}`;
  const stopping = new AbortController();
  try {
    await connection.workflowService.registerNamespace({
      namespace,
      workflowExecutionRetentionPeriod: msToTs('1 day'),
    });
    const client = new Client({ connection, namespace });
    const { areThere, register } = createSearchAttributes({
      calls: searchAttributeCalls(client, stopping.signal),
      log: createLogger('test', 'silent'),
      now: Date.now,
      signal: stopping.signal,
    });
    await register();
    expect(await areThere()).toBe(true);
    const { customAttributes } = await connection.operatorService.listSearchAttributes({
      namespace,
    });
    expect(Object.keys(customAttributes).sort()).toEqual([
      'AmazonSyncId',
      'AmazonSyncMode',
      'AmazonSyncTrigger',
    ]);
  } finally {
    stopping.abort();
    await connection.close();
  }
});

test('a worker that stops does not wait for what Temporal does not answer', async () => {
  const [host = '', port] = testServer('TEST_TEMPORAL_ADDRESS').split(':');
  const line = await startTcpProxy(host, Number(port));
  const connection = await NativeConnection.connect({ address: `127.0.0.1:${line.port}` });
  try {
    line.freeze();
    const stopping = new AbortController();
    const { count } = searchAttributeCalls(new Client({ connection }), stopping.signal);
    const counted = count();
    stopping.abort(new Error('it stops'));
    await expect(counted).rejects.toThrow('it stops');
  } finally {
    await connection.close();
    await line.close();
  }
});
