import { type Selectable, sql } from 'kysely';
import type { Webhook } from '../contract/webhooks';
import { recordAudit } from './audit-events';
import type { Database } from './database';
import { inTransaction } from './in-transaction';
import type { WebhooksTable } from './tables';
import type { TokenVault } from './token-vault';

export interface NewWebhook {
  id: string;
  userKey: string;
  url: string;
  secret: string;
  createdAt: Date;
}

/** Keeps a webhook with its secret sealed. Undefined when the user has `limit` already. */
export function insertWebhook(
  db: Database,
  vault: TokenVault,
  webhook: NewWebhook,
  limit: number,
): Promise<Webhook | undefined> {
  return db.transaction().execute(async (trx) => {
    const { userKey } = webhook;
    // Two at once would both count one less than the limit.
    await sql`select pg_advisory_xact_lock(hashtextextended(${`webhooks ${userKey}`}, 0))`.execute(
      trx,
    );
    const { count } = await trx
      .selectFrom('webhooks')
      .select(({ fn }) => fn.countAll<string>().as('count'))
      .where('user_key', '=', userKey)
      .executeTakeFirstOrThrow();
    if (Number(count) >= limit) return undefined;
    const row = await trx
      .insertInto('webhooks')
      .values({
        id: webhook.id,
        user_key: userKey,
        url: webhook.url,
        secret: vault.seal(sealOwner(webhook.id), webhook.secret),
        created_at: webhook.createdAt,
      })
      .returningAll()
      .executeTakeFirstOrThrow();
    await recordAudit(trx, {
      userKey,
      action: 'webhook_created',
      at: webhook.createdAt,
      details: { webhookId: webhook.id },
    });
    return toWebhook(row);
  });
}

/** The user's webhooks, oldest first. */
export async function listWebhooks(
  db: Database,
  userKey: string,
  limit: number,
): Promise<Webhook[]> {
  const rows = await db
    .selectFrom('webhooks')
    .selectAll()
    .where('user_key', '=', userKey)
    .orderBy('created_at')
    .orderBy('id')
    .limit(limit)
    .execute();
  return rows.map(toWebhook);
}

/** Deletes a webhook and its deliveries; false when there is none of this id, or it is another user's. */
export function deleteWebhook(
  db: Database,
  userKey: string,
  id: string,
  now: Date,
): Promise<boolean> {
  return inTransaction(db, async (trx) => {
    const { numDeletedRows } = await trx
      .deleteFrom('webhooks')
      .where('id', '=', id)
      .where('user_key', '=', userKey)
      .executeTakeFirst();
    if (numDeletedRows === 0n) return false;
    await recordAudit(trx, {
      userKey,
      action: 'webhook_deleted',
      at: now,
      details: { webhookId: id },
    });
    return true;
  });
}

/** Sends nothing more to a webhook, and keeps the first reason. */
export function disableWebhook(db: Database, id: string, reason: string, now: Date): Promise<void> {
  return inTransaction(db, async (trx) => {
    const disabled = await trx
      .updateTable('webhooks')
      .set({ disabled_at: now, disabled_reason: reason })
      .where('id', '=', id)
      .where('disabled_at', 'is', null)
      .returning('user_key')
      .executeTakeFirst();
    if (disabled === undefined) return;
    await recordAudit(trx, {
      userKey: disabled.user_key,
      action: 'webhook_disabled',
      at: now,
      details: { by: 'service', webhookId: id },
    });
  });
}

/** What a secret is sealed for: apart from connections, whose ids are of the same kind. */
export function sealOwner(webhookId: string): string {
  return `webhook ${webhookId}`;
}

function toWebhook(row: Selectable<WebhooksTable>): Webhook {
  return {
    id: row.id,
    url: row.url,
    enabled: row.disabled_at === null,
    disabledReason: row.disabled_reason,
    createdAt: row.created_at.toISOString(),
  };
}
