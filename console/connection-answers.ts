import {
  flag,
  list,
  nullable,
  number,
  object,
  oneOf,
  optional,
  type Shape,
  text,
} from './shapes.ts';

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

export const disconnected: Shape<{ message: string | null }> = object({ message: optional(text) });

export interface Schedule {
  enabled: boolean;
  hourUtc: number;
  nextRunAt: string | null;
}

export const schedule: Shape<Schedule> = object({
  enabled: flag,
  hourUtc: number,
  nextRunAt: nullable(text),
});

export interface Webhook {
  id: string;
  url: string;
  enabled: boolean;
  disabledReason: string | null;
}

const webhookFields = { id: text, url: text, enabled: flag, disabledReason: nullable(text) };
const webhook: Shape<Webhook> = object(webhookFields);

export const webhooks: Shape<{ webhooks: Webhook[] }> = object({ webhooks: list(webhook) });

export const registeredWebhook: Shape<Webhook & { secret: string }> = object({
  ...webhookFields,
  secret: text,
});

export interface Delivery {
  id: string;
  type: string;
  state: 'pending' | 'delivered' | 'failed';
  createdAt: string;
  attempts: number;
  lastStatus: number | null;
  lastError: string | null;
  nextAttemptAt: string | null;
}

export const deliveries: Shape<{ deliveries: Delivery[] }> = object({
  deliveries: list(
    object<Delivery>({
      id: text,
      type: text,
      state: oneOf('pending', 'delivered', 'failed'),
      createdAt: text,
      attempts: number,
      lastStatus: nullable(number),
      lastError: nullable(text),
      nextAttemptAt: nullable(text),
    }),
  ),
});
