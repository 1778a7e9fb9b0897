import { eventually } from '../eventually';
import { startWebhookReceiver, status, type WebhookReceiver } from '../webhook-receiver';
import { start } from './bodies';
import { maintained, onlyWhenAsked } from './maintenance';
import { startTestStack, type TestStack } from './test-stack';
import { deliveriesOf, registerWebhook } from './webhook-calls';

/** A sync takes two seconds, and many times as long on a machine that is busy with others. */
const SYNC_MS = 90_000;
const TEST_MS = 240_000;

let stack: TestStack;
let receiver: WebhookReceiver;
beforeAll(async () => {
  receiver = await startWebhookReceiver();
  stack = await startTestStack({ env: { WEBHOOKS_ALLOW_LOOPBACK: 'true' } });
});
beforeEach(() => {
  receiver.answerAlways(status(200));
  receiver.received.length = 0;
});
afterAll(async () => {
  await stack?.stop();
  await receiver?.close();
});

test(
  'a worker killed while a receiver has the request: another one sends it again, with the same id',
  async () => {
    const user = await stack.user(await stack.newSeller());
    const webhook = await registerWebhook(user.client, receiver.url);
    const worker = await stack.spawnWorker();
    receiver.answerNext(() => process.kill(worker.pid, 'SIGKILL'));
    const syncId = await start(user.client);
    await user.client.untilEnded(syncId, SYNC_MS);
    await worker.ended;
    await stack.spawnWorker();
    const delivered = await eventually(
      'the delivery',
      async () => {
        const [delivery] = await deliveriesOf(user.client, webhook.id);
        return delivery?.state === 'delivered' ? delivery : undefined;
      },
      SYNC_MS,
    );
    // The attempt that died noted nothing.
    expect(delivered).toMatchObject({ syncId, attempts: 1, lastStatus: 200 });
    const [first, second, ...more] = receiver.received;
    expect(more).toEqual([]);
    expect(second?.headers['webhook-id']).toBe(first?.headers['webhook-id']);
    expect(second?.body).toBe(first?.body);
  },
  TEST_MS,
);

test(
  'a delivery that nobody works on is started by the maintenance, and the others are left alone',
  async () => {
    const user = await stack.user(await stack.newSeller());
    const webhook = await registerWebhook(user.client, receiver.url);
    await stack.startWorker();
    await onlyWhenAsked(stack);
    // The first attempt fails, and an operator ends the workflow before the next.
    receiver.answerNext(status(500));
    await user.client.untilEnded(await start(user.client), SYNC_MS);
    const missed = await eventually(
      'the first attempt',
      async () => {
        const [delivery] = await deliveriesOf(user.client, webhook.id);
        return delivery?.attempts === 1 ? delivery : undefined;
      },
      SYNC_MS,
    );
    await stack.temporal.workflow.getHandle(`webhook-delivery-${missed.id}`).terminate('test');
    expect(await maintained(stack)).not.toHaveProperty('startWebhookDeliveries');
    await stack.db
      .updateTable('webhook_deliveries')
      .set({ next_attempt_at: new Date(Date.now() - 121_000) })
      .where('id', '=', missed.id)
      .execute();
    expect(await maintained(stack)).toMatchObject({ startWebhookDeliveries: 1 });
    await eventually(
      'the delivery',
      async () => {
        const [delivery] = await deliveriesOf(user.client, webhook.id);
        return delivery?.state === 'delivered' ? delivery : undefined;
      },
      SYNC_MS,
    );
    expect(receiver.received).toHaveLength(2);
  },
  TEST_MS,
);
