import { randomUUID } from 'node:crypto';
import { startingState } from '../../contract/starting-state';
import { statusBodyOf } from '../../contract/status-body';
import type { WebhookDelivery } from '../../contract/webhooks';
import { recordOutcome } from '../../store/syncs';
import { listDeliveries } from '../../store/webhook-deliveries';
import { insertWebhook } from '../../store/webhooks';
import { newWebhookSecret } from '../../webhooks/signature';
import type { RealWorld } from './real-activities';

export interface RegisteredWebhook {
  userKey: string;
  webhookId: string;
  secret: string;
  deliveries(): Promise<WebhookDelivery[]>;
}

/** A webhook of a user of its own. Default vault: the world's. */
export async function registeredWebhook(
  world: RealWorld,
  url: string,
  vault = world.vault,
): Promise<RegisteredWebhook> {
  const { db } = world;
  const userKey = `user-${randomUUID()}`;
  const webhook = { id: randomUUID(), userKey, url, secret: newWebhookSecret() };
  await insertWebhook(db, vault, { ...webhook, createdAt: new Date() }, 10);
  return {
    userKey,
    webhookId: webhook.id,
    secret: webhook.secret,
    deliveries: async () => (await listDeliveries(db, userKey, webhook.id, 10)) ?? [],
  };
}

/** Records the end of a sync, at a time in epoch ms; returns the id of the delivery that comes with it. */
export async function syncEnded(
  { db }: RealWorld,
  { userKey }: RegisteredWebhook,
  at: number,
): Promise<string> {
  const sync = {
    syncId: `sync_${userKey}_${at}`,
    userKey,
    mode: 'auto',
    trigger: 'manual',
  } as const;
  const state = startingState({ ...sync, startedAt: new Date(at).toISOString() });
  const body = {
    ...statusBodyOf(state, {}, at),
    status: 'complete',
    completedAt: new Date(at).toISOString(),
  } as const;
  const row = { ...sync, runId: 'run', startedAt: new Date(at) };
  const [id] = (await recordOutcome(db, row, body)).deliveryIds;
  if (id === undefined) throw new Error('No delivery');
  return id;
}
