import { z } from 'zod';
import { amazonSyncWorkflowId } from '../../contract/amazon-sync-workflow-id';
import { findSync } from '../../store/syncs';
import { eventually } from '../eventually';
import { START, startedSync } from './bodies';
import { startTestStack, type TestStack } from './test-stack';

jest.setTimeout(180_000);

let stack: TestStack;
beforeAll(async () => {
  stack = await startTestStack();
  await stack.startWorker();
});
afterAll(async () => stack?.stop());

const Line = z.looseObject({ msg: z.string() });
const linesOf = (message: string) =>
  stack.logs.map((line) => Line.parse(JSON.parse(line))).filter(({ msg }) => msg === message);

test('what a sync does is told with its request, its sync and its run, wherever it is done', async () => {
  const seller = await stack.newSeller();
  const { cookie, client, userId } = await stack.user(seller);
  const { sellerId } = seller;
  const effect = { kind: 'status', status: 503 } as const;
  const reportType = 'GET_FLAT_FILE_ALL_ORDERS_DATA_BY_ORDER_DATE_GENERAL';
  stack.sandbox.setFault({ operation: 'createReport', reportType, sellerId, times: 1, effect });

  const response = await fetch(`${stack.apiUrl}${START}`, { method: 'POST', headers: { cookie } });
  const requestId = response.headers.get('x-request-id');
  const syncId = startedSync({ status: response.status, body: await response.json() });
  await client.untilEnded(syncId, 90_000);

  const row = await findSync(stack.db, userId, syncId);
  const ids = { requestId, syncId, workflowId: amazonSyncWorkflowId(userId), runId: row?.runId };
  expect(linesOf('sync started')).toEqual([expect.objectContaining(ids)]);
  // Written a moment after the end can be read.
  const ended = await eventually('the end', () => linesOf('sync ended')[0]);
  expect(ended).toMatchObject({ ...ids, activity: 'recordSyncOutcome', attempt: 1 });
  expect(linesOf('activity will be tried again')).toContainEqual(
    expect.objectContaining({
      ...ids,
      activity: 'requestReport',
      attempt: 1,
      type: 'amazon_unavailable',
    }),
  );
});
