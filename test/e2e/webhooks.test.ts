import { Webhook as Verifier } from 'standardwebhooks';
import { z } from 'zod';
import { amazonSyncWorkflowId } from '../../contract/amazon-sync-workflow-id';
import { webhookDeliveryWorkflowId } from '../../contract/webhook-delivery';
import { Webhook, type WebhookDelivery, WebhookEvent } from '../../contract/webhooks';
import { eventually } from '../eventually';
import {
  type ReceivedWebhook,
  startWebhookReceiver,
  status,
  type WebhookReceiver,
} from '../webhook-receiver';
import { start, statusOf } from './bodies';
import { startTestStack, type TestStack, type TestUser } from './test-stack';
import { deliveriesOf, type RegisteredWebhook, registerWebhook, WEBHOOKS } from './webhook-calls';

/** A sync takes two seconds, and many times as long on a machine that is busy with others. */
const SYNC_MS = 90_000;
const TEST_MS = 240_000;

let stack: TestStack;
const receivers: WebhookReceiver[] = [];
beforeAll(async () => {
  stack = await startTestStack({ env: { WEBHOOKS_ALLOW_LOOPBACK: 'true' } });
  await stack.startWorker();
});
afterAll(async () => {
  await stack?.stop();
  await Promise.all(receivers.map((receiver) => receiver.close()));
});

interface Integrated {
  user: TestUser;
  webhook: RegisteredWebhook;
  receiver: WebhookReceiver;
}

/** A user with a seller and a webhook, each its own: what a test leaves to be sent reaches no other. */
async function integrated(): Promise<Integrated> {
  const receiver = await startWebhookReceiver();
  receivers.push(receiver);
  const user = await stack.user(await stack.newSeller());
  return { user, receiver, webhook: await registerWebhook(user.client, receiver.url) };
}

/** The one request that came, as an integrator reads it: verified by the official library. */
function verified({ secret }: RegisteredWebhook, { headers, body }: ReceivedWebhook): WebhookEvent {
  const plain = Object.fromEntries(
    Object.entries(headers).map(([name, value]) => [name, String(value)]),
  );
  return WebhookEvent.parse(new Verifier(secret).verify(body, plain));
}

/** A sync of the user that goes on until it is ended: Amazon does not answer. `letGo` has it answer again. */
async function hangingSync({ client }: TestUser) {
  const fault = stack.sandbox.setFault({
    operation: 'createReport',
    times: null,
    effect: { kind: 'hang' },
  });
  return { syncId: await start(client), letGo: () => fault.remove() };
}

async function delivery(
  user: TestUser,
  webhook: RegisteredWebhook,
  ends: (delivery: WebhookDelivery) => boolean,
): Promise<WebhookDelivery> {
  return eventually(
    'the delivery',
    async () => {
      const [newest] = await deliveriesOf(user.client, webhook.id);
      return newest !== undefined && ends(newest) ? newest : undefined;
    },
    SYNC_MS,
  );
}

const isDelivered = ({ state }: WebhookDelivery) => state === 'delivered';

test(
  'a sync that is complete is told once, with its status, under a signature that verifies',
  async () => {
    const { user, webhook, receiver } = await integrated();
    const syncId = await start(user.client);
    await user.client.untilEnded(syncId, SYNC_MS);
    const told = await delivery(user, webhook, isDelivered);
    expect(told).toMatchObject({ syncId, type: 'sync.completed', attempts: 1, lastStatus: 200 });
    expect(receiver.received).toHaveLength(1);
    const [request] = receiver.received;
    if (request === undefined) throw new Error('Nothing came');
    expect(request.headers['webhook-id']).toBe(told.id);
    // Whoever starts it: the others' turn comes between those of this user.
    const run = stack.temporal.workflow.getHandle(webhookDeliveryWorkflowId(told.id));
    const { priority } = await run.describe();
    expect(priority?.fairnessKey).toMatch(/^[\w-]{22}$/);
    expect(priority?.fairnessKey).not.toContain(user.userId);
    const ended = await statusOf(user.client, syncId);
    expect(verified(webhook, request)).toEqual({
      type: 'sync.completed',
      timestamp: ended.completedAt,
      data: ended,
    });
    const logs = stack.logs.join('\n');
    expect(logs).not.toContain(webhook.secret);
    expect(logs).not.toContain(receiver.url);
  },
  TEST_MS,
);

test(
  'a sync that is cancelled is told as such',
  async () => {
    const { user, webhook, receiver } = await integrated();
    const { syncId, letGo } = await hangingSync(user);
    await user.client.post(`/api/sync/cancel/${syncId}`);
    await user.client.untilEnded(syncId, SYNC_MS);
    letGo();
    await delivery(user, webhook, isDelivered);
    expect(receiver.received.map((request) => verified(webhook, request))).toMatchObject([
      { type: 'sync.cancelled', data: { syncId, status: 'cancelled' } },
    ]);
  },
  TEST_MS,
);

test(
  'a sync that ends with a disconnect is told at once, and not only by maintenance',
  async () => {
    const { user, webhook, receiver } = await integrated();
    const { syncId, letGo } = await hangingSync(user);
    const begun = Date.now();
    await user.client.post('/api/v1/integrations/amazon/disconnect');
    letGo();
    const told = await delivery(user, webhook, isDelivered);
    expect(receiver.received.map((request) => verified(webhook, request))).toMatchObject([
      { type: 'sync.cancelled', data: { syncId, status: 'cancelled' } },
    ]);
    // Maintenance takes up what is two minutes late.
    expect(Date.parse(told.lastAttemptAt ?? '') - begun).toBeLessThan(120_000);
  },
  TEST_MS,
);

test(
  'a sync that failed is told as such',
  async () => {
    const { user, webhook, receiver } = await integrated();
    for (const operation of ['createReport', 'searchOrders', 'getInventorySummaries'] as const) {
      stack.sandbox.setFault({ operation, times: null, effect: { kind: 'status', status: 400 } });
    }
    const syncId = await start(user.client);
    const ended = await user.client.untilEnded(syncId, SYNC_MS);
    stack.sandbox.clearFaults();
    expect(ended.status).toBe('failed');
    await delivery(user, webhook, isDelivered);
    expect(receiver.received.map((request) => verified(webhook, request))).toMatchObject([
      { type: 'sync.failed', data: { syncId, status: 'failed', error: ended.error } },
    ]);
  },
  TEST_MS,
);

test(
  'a sync that an operator terminated is told when its end is recorded, once for all who ask',
  async () => {
    const { user, webhook, receiver } = await integrated();
    const { syncId, letGo } = await hangingSync(user);
    await stack.temporal.workflow.getHandle(amazonSyncWorkflowId(user.userId)).terminate('test');
    await eventually('a status', async () => {
      const ask = () => user.client.get(`/api/sync/status?syncId=${syncId}`);
      const answers = await Promise.all(Array.from({ length: 10 }, ask));
      return answers.find((answer) => answer.status === 200);
    });
    letGo();
    await delivery(user, webhook, isDelivered);
    expect(await deliveriesOf(user.client, webhook.id)).toHaveLength(1);
    expect(receiver.received.map((request) => verified(webhook, request))).toMatchObject([
      { type: 'sync.failed', data: { syncId, error: { type: 'terminated' } } },
    ]);
  },
  TEST_MS,
);

test(
  'a receiver that fails at first is told again, with the same id and body',
  async () => {
    const { user, webhook, receiver } = await integrated();
    receiver.answerNext(status(500));
    const syncId = await start(user.client);
    const waiting = await delivery(user, webhook, ({ attempts }) => attempts === 1);
    expect(waiting).toMatchObject({
      syncId,
      state: 'pending',
      lastStatus: 500,
      lastError: 'The receiver answered 500',
    });
    const pause =
      Date.parse(String(waiting.nextAttemptAt)) - Date.parse(String(waiting.lastAttemptAt));
    expect(pause).toBeGreaterThanOrEqual(5_000);
    expect(pause).toBeLessThanOrEqual(5_500);
    await delivery(user, webhook, isDelivered);
    const [first, second] = receiver.received;
    expect(second?.body).toBe(first?.body);
    expect(second?.headers['webhook-id']).toBe(first?.headers['webhook-id']);
    for (const request of receiver.received) verified(webhook, request);
  },
  TEST_MS,
);

test(
  'a redirect to the metadata service of a cloud is not followed',
  async () => {
    const { user, webhook, receiver } = await integrated();
    receiver.answerAlways(status(302, { location: 'http://169.254.169.254/latest/meta-data/' }));
    await user.client.untilEnded(await start(user.client), SYNC_MS);
    expect(await delivery(user, webhook, ({ attempts }) => attempts > 0)).toMatchObject({
      state: 'pending',
      lastStatus: 302,
      lastError: 'The receiver answered 302: redirects are not followed',
    });
  },
  TEST_MS,
);

test(
  'a receiver that is gone for good disables its webhook, with the reason',
  async () => {
    const { user, webhook, receiver } = await integrated();
    receiver.answerAlways(status(410));
    await user.client.untilEnded(await start(user.client), SYNC_MS);
    await delivery(user, webhook, ({ state }) => state === 'failed');
    const listed = await eventually('the webhook is disabled', async () => {
      const { body } = await user.client.get(WEBHOOKS);
      const [first] = z.object({ webhooks: z.array(Webhook) }).parse(body).webhooks;
      return first?.enabled === false ? first : undefined;
    });
    expect(listed.disabledReason).toBe('The receiver answered 410: it is gone for good');
    await user.client.untilEnded(await start(user.client), SYNC_MS);
    expect(await deliveriesOf(user.client, webhook.id)).toHaveLength(1);
    expect(receiver.received).toHaveLength(1);
  },
  TEST_MS,
);

test(
  'receivers that refuse, break off or hang do not delay a sync, nor the events of others',
  async () => {
    const { user, webhook, receiver } = await integrated();
    const closed = await startWebhookReceiver();
    await closed.close();
    const refusing = await registerWebhook(user.client, closed.url);
    receiver.answerNext(() => undefined);
    const other = await startWebhookReceiver();
    const good = await registerWebhook(user.client, other.url);
    const ended = await user.client.untilEnded(await start(user.client), SYNC_MS);
    expect(ended.status).toBe('complete');
    await delivery(user, good, isDelivered);
    expect(await delivery(user, refusing, ({ attempts }) => attempts > 0)).toMatchObject({
      state: 'pending',
      lastStatus: null,
      lastError: 'The receiver refuses the connection (ECONNREFUSED)',
    });
    // The one that hangs has 15 s.
    expect(await delivery(user, webhook, ({ attempts }) => attempts > 0)).toMatchObject({
      lastStatus: null,
      lastError: 'The receiver does not answer within 15 s',
    });
    await other.close();
  },
  TEST_MS,
);
