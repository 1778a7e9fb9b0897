import { createHmac, randomBytes } from 'node:crypto';

/** Before the key, base64: Standard Webhooks, "Signature scheme". */
const PREFIX = 'whsec_';

/** A new secret of a webhook. The specification asks for 24 to 64 bytes; HMAC-SHA256 gains nothing above 32. */
export function newWebhookSecret(): string {
  return PREFIX + randomBytes(32).toString('base64');
}

export interface SignedMessage {
  id: string;
  /** When this attempt is made, seconds since the epoch. */
  timestamp: number;
  body: string;
}

/**
 * The headers that say what a message is and that it is ours, after the Standard Webhooks specification. The
 * timestamp is signed too, so that a receiver can refuse an old request that somebody sends again.
 */
export function signedHeaders(
  secret: string,
  { id, timestamp, body }: SignedMessage,
): Record<string, string> {
  const key = Buffer.from(secret.slice(PREFIX.length), 'base64');
  const signature = createHmac('sha256', key).update(`${id}.${timestamp}.${body}`).digest('base64');
  return {
    'webhook-id': id,
    'webhook-timestamp': String(timestamp),
    'webhook-signature': `v1,${signature}`,
  };
}
