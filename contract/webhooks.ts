import { z } from 'zod';
import { SyncStatusBody } from './sync-status';

/** What a webhook tells of: how a sync ended. */
export const WebhookEventType = z.enum(['sync.completed', 'sync.failed', 'sync.cancelled']);
export type WebhookEventType = z.infer<typeof WebhookEventType>;

/** What a receiver gets, after the Standard Webhooks specification. `timestamp` is when the sync ended. */
export const WebhookEvent = z.object({
  type: WebhookEventType,
  timestamp: z.iso.datetime(),
  data: SyncStatusBody,
});
export type WebhookEvent = z.infer<typeof WebhookEvent>;

/** A webhook as its user sees it. The secret is told once, when it is made. */
export const Webhook = z.object({
  id: z.uuid(),
  url: z.string(),
  /** Nothing more is sent to a disabled one. */
  enabled: z.boolean(),
  disabledReason: z.string().nullable(),
  createdAt: z.iso.datetime(),
});
export type Webhook = z.infer<typeof Webhook>;

/** `pending`: not delivered yet, and to be tried at `nextAttemptAt`. */
export const WebhookDeliveryState = z.enum(['pending', 'delivered', 'failed']);
export type WebhookDeliveryState = z.infer<typeof WebhookDeliveryState>;

/** One event on its way to one webhook. */
export const WebhookDelivery = z.object({
  /** The `webhook-id` header of every attempt. */
  id: z.uuid(),
  type: WebhookEventType,
  syncId: z.string(),
  state: WebhookDeliveryState,
  createdAt: z.iso.datetime(),
  attempts: z.number().int(),
  lastAttemptAt: z.iso.datetime().nullable(),
  /** The HTTP status of the last attempt; null where there was no answer. */
  lastStatus: z.number().int().nullable(),
  /** What was wrong with the last attempt, in words. */
  lastError: z.string().nullable(),
  nextAttemptAt: z.iso.datetime().nullable(),
});
export type WebhookDelivery = z.infer<typeof WebhookDelivery>;

/** How many webhooks a user may have: each is a request, and retries, for every sync. */
export const WEBHOOKS_PER_USER = 10;

/** Turns a status of an ended sync into what receivers get. Throws for one that still runs. */
export function webhookEventOf(body: SyncStatusBody): WebhookEvent {
  if (body.status === 'in_progress' || body.completedAt === null) {
    throw new Error(`${body.syncId} has not ended`);
  }
  return { type: EVENT_OF[body.status], timestamp: body.completedAt, data: body };
}

const EVENT_OF = {
  complete: 'sync.completed',
  failed: 'sync.failed',
  cancelled: 'sync.cancelled',
} as const;
