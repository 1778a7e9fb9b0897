import { randomUUID } from 'node:crypto';
import { z } from 'zod';
import { startApiProcess } from '../../api/api-process';
import { amazonSyncWorkflowId } from '../../contract/amazon-sync-workflow-id';
import { connectSeller } from '../../dev/sign-in';
import { createSyncClient } from '../../dev/sync-client';
import { createLogger } from '../../observability/logger';
import { readApiSettings } from '../../settings/api-settings';
import { currentConnections } from '../../store/connections';
import { TokenVault } from '../../store/token-vault';
import { eventually } from '../eventually';
import { START, start, statusOf } from './bodies';
import { firstSeller, startTestStack, type TestStack, type TestUser } from './test-stack';

/**
 * What an earlier service of this kind did wrong, one test each. Some are shown elsewhere: duplicates and old
 * sync ids in one-per-user, foreign users in http-contract, reads without a database in outages, missing
 * credentials in production-start.
 */
let stack: TestStack;

beforeAll(async () => {
  // An access token of this Amazon lasts 3.6 s. Its page tokens last 30 ms, so stock has to fit on one page.
  stack = await startTestStack({ sandbox: { clockSpeed: 1_000 } });
});
afterAll(() => stack.stop());

const Total = z.object({ total: z.number() });

async function totalOf(user: TestUser, list: string): Promise<number> {
  const { body } = await user.client.get(`/api/v1/integrations/amazon/${list}?limit=1`);
  return Total.parse(body).total;
}

test('a sync does not live in the memory of a process: another API knows it and refuses a second one', async () => {
  const user = await stack.user(firstSeller(stack));
  const syncId = await start(user.client);
  const other = await startApiProcess(readApiSettings(stack.apiEnv), {
    log: createLogger('other', 'silent'),
  });
  try {
    const client = createSyncClient(`http://127.0.0.1:${other.port}`, user.cookie);
    expect(await statusOf(client, syncId)).toMatchObject({ syncId, status: 'in_progress' });
    expect(await client.post(START)).toMatchObject({
      status: 409,
      body: { existingSyncId: syncId },
    });
  } finally {
    await other.stop();
  }
});

test('a token that cannot be sealed leaves no connection behind', async () => {
  const userId = `user-${randomUUID()}`;
  const broken = new TokenVault([{ id: 'short', key: Buffer.alloc(5) }]);
  const seller = firstSeller(stack);
  await expect(
    connectSeller(stack.db, broken, userId, seller, stack.sandbox.spApiUrl, Date.now()),
  ).rejects.toThrow();
  expect(await currentConnections(stack.db, userId)).toEqual([]);
});

describe('with a worker', () => {
  beforeAll(async () => {
    await stack.startWorker();
  });

  test('a new sync takes nothing away before it has something new', async () => {
    const seller = firstSeller(stack);
    const user = await stack.user(seller);
    await user.client.untilEnded(await start(user.client), 60_000);
    const syncId = await start(user.client, { mode: 'full' });
    await eventually('the end', async () => {
      expect(await totalOf(user, 'orders')).toBe(seller.orders.length);
      expect(await totalOf(user, 'inventory')).toBe(seller.inventory.length);
      expect(await totalOf(user, 'claims')).toBe(seller.claims.length);
      return (await statusOf(user.client, syncId)).status === 'in_progress' ? undefined : true;
    });
  });

  test('after a status said failed nothing is written any more', async () => {
    const user = await stack.user(firstSeller(stack));
    // Else it might end between its first rows and the operator.
    const held = stack.sandbox.setFault({
      operation: 'searchOrders',
      times: null,
      effect: { kind: 'status', status: 503 },
    });
    const syncId = await start(user.client);
    await eventually('first rows', async () =>
      (await totalOf(user, 'orders')) > 0 ? true : undefined,
    );
    const handle = stack.temporal.workflow.getHandle(amazonSyncWorkflowId(user.userId));
    await handle.terminate('test');
    held.remove();
    expect(await user.client.untilEnded(syncId, 60_000)).toMatchObject({ status: 'failed' });
    const rows = await stack.differences(user, firstSeller(stack));
    await eventually('activities that were left behind to end', () =>
      Object.values(stack.sandbox.stats().connections).every(({ inFlight }) => inFlight === 0)
        ? true
        : undefined,
    );
    expect(await stack.differences(user, firstSeller(stack))).toEqual(rows);
  });

  test('the counts of a status are those of the seller', async () => {
    for (const seller of stack.sandbox.sellers) {
      const user = await stack.user(seller);
      expect(await user.client.untilEnded(await start(user.client), 60_000)).toMatchObject({
        ordersProcessed: seller.orders.length,
        inventoryCount: seller.inventory.length,
        claimsDetected: seller.claims.length,
      });
    }
  });

  test('an access token that expired is refreshed; the seller stays connected', async () => {
    const user = await stack.user(firstSeller(stack));
    const exchangesBefore = stack.sandbox.stats().operations.token?.[200] ?? 0;
    await eventually('an access token to expire', async () => {
      const ended = await user.client.untilEnded(await start(user.client), 60_000);
      expect(ended).toMatchObject({ status: 'complete', partial: false });
      const exchanges = stack.sandbox.stats().operations.token?.[200] ?? 0;
      return exchanges >= exchangesBefore + 2 ? true : undefined;
    });
    expect(await currentConnections(stack.db, user.userId)).toMatchObject([
      { status: 'connected' },
    ]);
  });

  test('connecting as another seller never mixes two sellers', async () => {
    const [first, second] = stack.sandbox.sellers;
    if (first === undefined || second === undefined) throw new Error('Two sellers are needed');
    const user = await stack.user(first);
    await user.client.untilEnded(await start(user.client), 60_000);
    await stack.user(second, user.userId);
    expect(await totalOf(user, 'orders')).toBe(0);
    await user.client.untilEnded(await start(user.client), 60_000);
    expect(await stack.differences(user, second)).toEqual([]);
  });
});
