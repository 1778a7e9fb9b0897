import { randomBytes, randomUUID } from 'node:crypto';
import type { TestWorkflowEnvironment } from '@temporalio/testing';
import type { Worker } from '@temporalio/worker';
import { Webhook } from 'standardwebhooks';
import type { DeliveryEnd } from '../../activities/webhook-activities';
import type { Amazon } from '../../amazon/amazon';
import { webhookDeliveryWorkflowId } from '../../contract/webhook-delivery';
import { TokenVault } from '../../store/token-vault';
import { deleteWebhook, listWebhooks } from '../../store/webhooks';
import { createSendWebhook } from '../../webhooks/send-webhook';
import { startDelivery } from '../../webhooks/start-delivery';
import { createWebhookWorker } from '../../worker/create-webhook-worker';
import { createWorker } from '../../worker/create-worker';
import { runTogether, shutDown } from '../../worker/run-together';
import { testServer } from '../test-servers';
import {
  type ReceivedWebhook,
  startWebhookReceiver,
  status,
  type WebhookReceiver,
} from '../webhook-receiver';
import { onServerTime, openRealWorld, type RealWorld } from './real-activities';
import { eventCounts } from './sync-runs';
import { startTimeSkipping } from './temporal-servers';
import {
  type RegisteredWebhook,
  registeredWebhook,
  syncEnded as syncEndedAt,
} from './webhook-events';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

const NO_AMAZON: Amazon = {
  seller() {
    throw new Error('No delivery asks Amazon');
  },
};

const taskQueue = `queue-${randomUUID()}`;

let server: TestWorkflowEnvironment;
let world: RealWorld;
let receiver: WebhookReceiver;
let workers: Worker[] = [];
let running: Promise<void>;
beforeAll(async () => {
  [server, world, receiver] = await Promise.all([
    startTimeSkipping(),
    openRealWorld(),
    startWebhookReceiver(),
  ]);
  const options = { allowLoopback: true, userAgent: 'test', resolve: async () => [] };
  const sendWebhook = createSendWebhook(options);
  const activities = onServerTime(server, (now) =>
    world.activities({ amazon: NO_AMAZON, now, sendWebhook }),
  );
  const { nativeConnection: connection } = server;
  const shared = { connection, namespace: 'default', taskQueue, activities };
  const workflows = { bundle: { codePath: testServer('TEST_WORKFLOW_BUNDLE') } };
  workers = await Promise.all([
    createWorker({ ...shared, workflows }),
    createWebhookWorker(shared),
  ]);
  running = runTogether(workers);
});
beforeEach(() => {
  receiver.answerAlways(status(200));
  receiver.received.length = 0;
});
afterAll(async () => {
  shutDown(workers);
  await running;
  await receiver?.close();
  await world?.close();
  await server?.teardown();
});

const registered = (vault?: TokenVault) => registeredWebhook(world, receiver.url, vault);

const syncEnded = async (webhook: RegisteredWebhook): Promise<string> =>
  syncEndedAt(world, webhook, await server.currentTimeMs());

/** Runs the delivery of one event to its end. */
async function deliver(id: string) {
  await startDelivery(server.client, taskQueue, { deliveryId: id, userKey: 'user123' });
  const handle = server.client.workflow.getHandle(webhookDeliveryWorkflowId(id));
  const [result] = await Promise.allSettled([handle.result() as Promise<DeliveryEnd>]);
  const { startTime, closeTime } = await handle.describe();
  return {
    result: result.status === 'fulfilled' ? result.value : 'threw',
    milliseconds: Number(closeTime) - Number(startTime),
    history: await handle.fetchHistory(),
  };
}

const idOf = ({ headers }: ReceivedWebhook) => String(headers['webhook-id']);
const secondsOf = ({ headers }: ReceivedWebhook) => Number(headers['webhook-timestamp']);

test('a receiver that was down for hours still gets the event, each time under its own signature', async () => {
  const webhook = await registered();
  const id = await syncEnded(webhook);
  receiver.answerNext(...[500, 502, 503, 404, 500].map((code) => status(code)));
  const { result, milliseconds } = await deliver(id);
  expect(result).toBe('delivered');
  // 5 s, 5 min, 30 min, 2 h and 4 h, each up to a tenth longer.
  expect(milliseconds).toBeGreaterThan(6 * HOUR + 35 * MINUTE);
  expect(milliseconds).toBeLessThan(7.5 * HOUR);
  expect(await webhook.deliveries()).toMatchObject([
    { id, state: 'delivered', attempts: 6, lastStatus: 200, lastError: null, nextAttemptAt: null },
  ]);

  const { received } = receiver;
  expect(received).toHaveLength(6);
  expect(new Set(received.map(idOf))).toEqual(new Set([id]));
  expect(new Set(received.map(({ body }) => body)).size).toBe(1);
  const times = received.map(secondsOf);
  expect(new Set(times).size).toBe(6);
  expect(times).toEqual([...times].sort((a, b) => a - b));
  for (const request of received) {
    const at = new Date(secondsOf(request) * 1000);
    const signature = new Webhook(webhook.secret).sign(id, at, request.body);
    expect(request.headers['webhook-signature']).toBe(signature);
  }
});

test('an event that nobody takes for a day has failed, and its history says nothing of it', async () => {
  const webhook = await registered();
  const id = await syncEnded(webhook);
  receiver.answerAlways(status(500));
  const { result, milliseconds, history } = await deliver(id);
  expect(result).toBe('failed');
  expect(milliseconds).toBeGreaterThan(23 * HOUR);
  expect(milliseconds).toBeLessThan(27 * HOUR);
  expect(receiver.received).toHaveLength(8);
  expect(await webhook.deliveries()).toMatchObject([
    { state: 'failed', attempts: 8, lastStatus: 500, lastError: 'The receiver answered 500' },
  ]);
  // One activity, however many attempts.
  expect(eventCounts(history).activityTaskScheduled).toBe(1);
  const text = Buffer.from(JSON.stringify(history)).toString();
  const payloads = [...text.matchAll(/"data":"([^"]*)"/g)].map(([, data]) =>
    Buffer.from(String(data), 'base64').toString(),
  );
  for (const part of [text, ...payloads]) {
    expect(part).not.toContain(webhook.secret);
    expect(part).not.toContain(receiver.url);
    expect(part).not.toContain('ordersProcessed');
  }
});

test.each([
  ['1800', 30 * MINUTE, 31 * MINUTE],
  ['999999', HOUR, HOUR + MINUTE],
  ['nonsense', 5_000, MINUTE],
])(
  'a receiver that asks for a pause of %s s gets it, an hour at most',
  async (seconds, least, most) => {
    const id = await syncEnded(await registered());
    receiver.answerNext(status(503, { 'retry-after': seconds }));
    const { result, milliseconds } = await deliver(id);
    expect(result).toBe('delivered');
    expect(milliseconds).toBeGreaterThanOrEqual(least);
    expect(milliseconds).toBeLessThan(most);
  },
);

test('a receiver that is gone for good is asked once, and its webhook disabled', async () => {
  const webhook = await registered();
  const id = await syncEnded(webhook);
  receiver.answerNext(status(410));
  expect(await deliver(id)).toMatchObject({ result: 'failed' });
  expect(receiver.received).toHaveLength(1);
  expect(await listWebhooks(world.db, webhook.userKey, 10)).toMatchObject([
    { enabled: false, disabledReason: 'The receiver answered 410: it is gone for good' },
  ]);
});

test('a webhook is disabled after five days in which no delivery came through', async () => {
  const webhook = await registered();
  const isEnabled = async () =>
    (await listWebhooks(world.db, webhook.userKey, 1))[0]?.enabled === true;
  receiver.answerAlways(status(500));
  await deliver(await syncEnded(webhook));
  // One that comes through, after which the days are counted anew.
  receiver.answerAlways(status(200));
  await deliver(await syncEnded(webhook));
  receiver.answerAlways(status(500));
  while (await isEnabled()) await deliver(await syncEnded(webhook));

  const attempts = (await webhook.deliveries())
    .filter(({ state }) => state === 'failed')
    .map(({ lastAttemptAt }) => Date.parse(String(lastAttemptAt)));
  const [last = 0, before = 0] = attempts;
  const [{ disabledReason } = { disabledReason: '' }] = await listWebhooks(
    world.db,
    webhook.userKey,
    1,
  );
  const since = Date.parse(
    /^Every delivery since (.*) has failed$/.exec(String(disabledReason))?.[1] ?? '',
  );
  // The first of all is older, and was followed by one that came through.
  expect(since).toBe(attempts.at(-2));
  expect(last - since).toBeGreaterThanOrEqual(5 * DAY);
  expect(before - since).toBeLessThan(5 * DAY);
});

test('a webhook that is deleted between two attempts gets no other one', async () => {
  const webhook = await registered();
  const id = await syncEnded(webhook);
  receiver.answerNext((response) => {
    void deleteWebhook(world.db, webhook.userKey, webhook.webhookId, new Date()).then(() =>
      response.writeHead(500).end(),
    );
  });
  expect(await deliver(id)).toMatchObject({ result: 'ended' });
  expect(receiver.received).toHaveLength(1);
});

test('a delivery that is started again after it ended sends nothing', async () => {
  const id = await syncEnded(await registered());
  expect(await deliver(id)).toMatchObject({ result: 'delivered' });
  expect(await deliver(id)).toMatchObject({ result: 'ended' });
  expect(receiver.received).toHaveLength(1);
});

test('a delivery whose secret no key opens ends as failed, and says that it was not the receiver', async () => {
  const webhook = await registered(new TokenVault([{ id: 'lost', key: randomBytes(32) }]));
  const id = await syncEnded(webhook);
  expect(await deliver(id)).toMatchObject({ result: 'threw' });
  expect(receiver.received).toHaveLength(0);
  expect(await webhook.deliveries()).toMatchObject([
    { state: 'failed', attempts: 0, lastError: expect.stringContaining('a fault of this service') },
  ]);
});
