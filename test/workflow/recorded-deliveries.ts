import { randomBytes } from 'node:crypto';
import { webhookDeliveryWorkflowId } from '../../contract/webhook-delivery';
import { TokenVault } from '../../store/token-vault';
import { startDelivery } from '../../webhooks/start-delivery';
import { historyOfEnded, type RecordRun, withWorkers } from './recorded-run';
import { scriptedAmazon } from './scripted-amazon';
import { registeredWebhook, syncEnded } from './webhook-events';

const RECEIVER = 'https://receiver.example.com/hooks/of-somebody';

/** The receiver answers with these, one after the other. */
const deliveryWith =
  (statuses: readonly number[], sealedBy?: TokenVault): RecordRun =>
  async (server, world) => {
    const webhook = await registeredWebhook(world, RECEIVER, sealedBy);
    const id = await syncEnded(world, webhook, Date.now());
    const answers = [...statuses];
    const activities = world.activities({
      amazon: scriptedAmazon({}),
      now: Date.now,
      sendWebhook: async () => ({ status: answers.shift() ?? 200, retryAfter: null }),
    });
    const history = await withWorkers(server, activities, async (taskQueue) => {
      await startDelivery(server.client, taskQueue, { deliveryId: id, userKey: webhook.userKey });
      return historyOfEnded(server.client.workflow.getHandle(webhookDeliveryWorkflowId(id)));
    });
    return { history, secrets: [webhook.secret, RECEIVER, webhook.userKey, 'ordersProcessed'] };
  };

export const delivered = deliveryWith([200]);

/** At the second attempt, five seconds after the first. */
export const deliveredLater = deliveryWith([500, 200]);

/** The receiver says that it is gone for good. */
export const refused = deliveryWith([410]);

/** By a fault of this service: no key opens the secret. */
export const givenUp = deliveryWith([], new TokenVault([{ id: 'lost', key: randomBytes(32) }]));
