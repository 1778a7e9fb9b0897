import type { PerResource } from '../contract/resources';
import type { ScheduleBody } from '../contract/schedule-body';
import type { Webhook, WebhookDelivery } from '../contract/webhooks';
import { perResource } from './per-resource.ts';
import { flag, list, nullable, number, object, oneOf, type Shape, text } from './shapes.ts';

export interface Connection {
  region: 'na' | 'eu' | 'fe';
  regionName: string;
  status: 'connected' | 'reauthorization_required';
  sellerId: string;
  marketplaces: { id: string; name: string }[];
  authorizationEndsAt: string;
  action: string | null;
}

export interface ConnectionStatus {
  connected: boolean;
  connections: Connection[];
}

export const connectionStatus: Shape<ConnectionStatus> = object({
  connected: flag,
  connections: list(
    object<Connection>({
      region: oneOf('na', 'eu', 'fe'),
      regionName: text,
      status: oneOf('connected', 'reauthorization_required'),
      sellerId: text,
      marketplaces: list(object<{ id: string; name: string }>({ id: text, name: text })),
      authorizationEndsAt: text,
      action: nullable(text),
    }),
  ),
});

export const consentBegun: Shape<{ authUrl: string }> = object({ authUrl: text });

export interface Disconnected {
  message: string;
  deleted: PerResource<number>;
}

export const disconnected: Shape<Disconnected> = object({
  message: text,
  deleted: perResource(number),
});

export type Schedule = Omit<ScheduleBody, 'success'>;

export const schedule: Shape<Schedule> = object({
  enabled: flag,
  hourUtc: number,
  nextRunAt: nullable(text),
});

const webhookFields = {
  id: text,
  url: text,
  enabled: flag,
  disabledReason: nullable(text),
  createdAt: text,
};
const webhook: Shape<Webhook> = object(webhookFields);

export const webhooks: Shape<{ webhooks: Webhook[] }> = object({ webhooks: list(webhook) });

export const registeredWebhook: Shape<Webhook & { secret: string }> = object({
  ...webhookFields,
  secret: text,
});

export const deliveries: Shape<{ deliveries: WebhookDelivery[] }> = object({
  deliveries: list(
    object<WebhookDelivery>({
      id: text,
      type: oneOf('sync.completed', 'sync.failed', 'sync.cancelled'),
      syncId: text,
      state: oneOf('pending', 'delivered', 'failed'),
      createdAt: text,
      attempts: number,
      lastAttemptAt: nullable(text),
      lastStatus: nullable(number),
      lastError: nullable(text),
      nextAttemptAt: nullable(text),
    }),
  ),
});
