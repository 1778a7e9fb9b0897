import { randomUUID } from 'node:crypto';
import { WEBHOOKS_PER_USER, type Webhook } from '../contract/webhooks';
import type { ScopedDatabase } from '../store/scoped-database';
import type { TokenVault } from '../store/token-vault';
import { insertWebhook } from '../store/webhooks';
import { newWebhookSecret } from '../webhooks/signature';
import { parseWebhookUrl } from '../webhooks/webhook-url';

export type Registration =
  /** The secret is told here, and never again. */
  | { kind: 'registered'; webhook: Webhook; secret: string }
  /** `fault` says to people what is wrong with the URL. */
  | { kind: 'refused'; fault: string }
  | { kind: 'too_many' };

export interface WebhookRegistry {
  register(userKey: string, url: string): Promise<Registration>;
}

interface WebhookRegistryDeps {
  db: ScopedDatabase;
  vault: TokenVault;
  /** Receivers on this machine, over plain HTTP too: for development. */
  allowLoopback: boolean;
  /** Epoch ms. */
  now: () => number;
}

/** Registers webhooks: makes their secrets, and keeps them sealed. */
export function createWebhookRegistry(deps: WebhookRegistryDeps): WebhookRegistry {
  const { db, vault, allowLoopback, now } = deps;
  return {
    async register(userKey, text) {
      const parsed = parseWebhookUrl(text, { allowLoopback });
      if (parsed.kind === 'refused') return parsed;
      const secret = newWebhookSecret();
      const webhook = await insertWebhook(
        db.ofUser(userKey),
        vault,
        { id: randomUUID(), userKey, url: parsed.url.href, secret, createdAt: new Date(now()) },
        WEBHOOKS_PER_USER,
      );
      return webhook === undefined ? { kind: 'too_many' } : { kind: 'registered', webhook, secret };
    },
  };
}
