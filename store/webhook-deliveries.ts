import { sql, type Transaction } from 'kysely';
import type { SyncStatusBody } from '../contract/sync-status';
import { type WebhookDelivery, webhookEventOf } from '../contract/webhooks';
import type { Database } from './database';
import type { Tables } from './tables';
import type { TokenVault } from './token-vault';
import { sealOwner } from './webhooks';

/**
 * Notes that every webhook of the user is to hear how a sync ended; returns the ids of the deliveries. Called in
 * the transaction that records the end, so that neither comes without the other.
 */
export async function insertDeliveries(
  trx: Transaction<Tables>,
  userKey: string,
  body: SyncStatusBody,
): Promise<string[]> {
  const event = webhookEventOf(body);
  // Locked, so that one which is deleted at this moment is left out: else its missing row would fail the record.
  const { rows } = await sql<{ id: string }>`
    insert into webhook_deliveries (webhook_id, sync_id, type, body, created_at, next_attempt_at)
    select id, ${body.syncId}, ${event.type}, ${JSON.stringify(event)},
      ${event.timestamp}::timestamptz, ${event.timestamp}::timestamptz
    from webhooks where user_key = ${userKey} and disabled_at is null
    for key share
    on conflict (webhook_id, sync_id) do nothing
    returning id`.execute(trx);
  return rows.map(({ id }) => id);
}

/** Whose webhook a delivery is for: its id alone is known to whoever makes it. Undefined once it was deleted. */
export async function userOfDelivery(db: Database, id: string): Promise<string | undefined> {
  const row = await db
    .selectFrom('webhook_deliveries as delivery')
    .innerJoin('webhooks as webhook', 'webhook.id', 'delivery.webhook_id')
    .select('webhook.user_key')
    .where('delivery.id', '=', id)
    .executeTakeFirst();
  return row?.user_key;
}

/** What is to be sent where. */
export interface DueDelivery {
  id: string;
  webhookId: string;
  url: string;
  body: string;
  /** How many attempts were made before. */
  attempts: number;
  /** Opens the secret, which its webhook's id and a key of the service do. Throws when the key is gone. */
  secret: () => string;
}

/**
 * A delivery that is still to be made. Undefined when it has ended, its webhook was disabled (it ends with that),
 * or either was deleted.
 */
export async function dueDelivery(
  db: Database,
  vault: TokenVault,
  id: string,
): Promise<DueDelivery | undefined> {
  const row = await db
    .selectFrom('webhook_deliveries as delivery')
    .innerJoin('webhooks as webhook', 'webhook.id', 'delivery.webhook_id')
    .select(['webhook.url', 'webhook.secret', 'webhook.disabled_at', 'delivery.webhook_id'])
    .select(['delivery.body', 'delivery.attempts'])
    .where('delivery.id', '=', id)
    .where('delivery.state', '=', 'pending')
    .executeTakeFirst();
  if (row === undefined) return undefined;
  const { url, body, attempts, secret: sealed, webhook_id: webhookId } = row;
  if (row.disabled_at !== null) {
    await failDelivery(db, id, 'The webhook is disabled');
    return undefined;
  }
  return {
    id,
    webhookId,
    url,
    body,
    attempts,
    secret: () => vault.open(sealOwner(webhookId), sealed),
  };
}

/** How one attempt ended. */
export interface Attempted {
  at: Date;
  status: number | null;
  /** In words; null where it was delivered. */
  error: string | null;
  /** When the next one comes; null where this one was the last. */
  nextAt: Date | null;
}

/**
 * Notes an attempt of a delivery that is pending; does nothing to one that was deleted meanwhile. Returns since
 * when all deliveries to the webhook have failed; null while this one has not.
 */
export function noteAttempt(
  db: Database,
  { id, webhookId }: Pick<DueDelivery, 'id' | 'webhookId'>,
  { at, status, error, nextAt }: Attempted,
): Promise<Date | null> {
  return db.transaction().execute(async (trx) => {
    // The webhook before the delivery, as its deletion does: in the other order the two could wait for each other.
    const webhook = trx.selectFrom('webhooks').select('failing_since').where('id', '=', webhookId);
    const { failing_since: before = null } =
      (await webhook.forNoKeyUpdate().executeTakeFirst()) ?? {};
    const noted = await trx
      .updateTable('webhook_deliveries')
      .set(({ eb }) => ({
        state: error === null ? 'delivered' : nextAt === null ? 'failed' : 'pending',
        attempts: eb('attempts', '+', 1),
        attempted_at: at,
        last_status: status,
        last_error: error,
        next_attempt_at: nextAt,
      }))
      .where('id', '=', id)
      .where('state', '=', 'pending')
      .executeTakeFirst();
    if (noted.numUpdatedRows === 0n || nextAt !== null) return null;
    const failingSince = error === null ? null : (before ?? at);
    await trx
      .updateTable('webhooks')
      .set({ failing_since: failingSince })
      .where('id', '=', webhookId)
      .execute();
    return failingSince;
  });
}

/** Ends a delivery that is pending without an attempt. */
export async function failDelivery(db: Database, id: string, error: string): Promise<void> {
  await db
    .updateTable('webhook_deliveries')
    .set({ state: 'failed', last_error: error, next_attempt_at: null })
    .where('id', '=', id)
    .where('state', '=', 'pending')
    .execute();
}

/** The newest deliveries of a webhook; undefined when there is no such webhook, or it is another user's. */
export async function listDeliveries(
  db: Database,
  userKey: string,
  webhookId: string,
  limit: number,
): Promise<WebhookDelivery[] | undefined> {
  const webhook = await db
    .selectFrom('webhooks')
    .select('id')
    .where('id', '=', webhookId)
    .where('user_key', '=', userKey)
    .executeTakeFirst();
  if (webhook === undefined) return undefined;
  const rows = await db
    .selectFrom('webhook_deliveries')
    .selectAll()
    .where('webhook_id', '=', webhook.id)
    .orderBy('created_at', 'desc')
    .orderBy('id', 'desc')
    .limit(limit)
    .execute();
  return rows.map((row) => ({
    id: row.id,
    type: row.type,
    syncId: row.sync_id,
    state: row.state,
    createdAt: row.created_at.toISOString(),
    attempts: row.attempts,
    lastAttemptAt: row.attempted_at?.toISOString() ?? null,
    lastStatus: row.last_status,
    lastError: row.last_error,
    nextAttemptAt: row.next_attempt_at?.toISOString() ?? null,
  }));
}

/** An attempt that was due for so long is nobody's: whoever works on it makes it within seconds. */
const OVERDUE_MS = 2 * 60_000;

/** How long deliveries that ended are listed. */
const KEPT_MS = 30 * 24 * 60 * 60_000;

/** Before which next attempts are overdue, and before which ended deliveries are old. */
export function deliveryLimits(now: Date): { overdueBefore: Date; oldBefore: Date } {
  return {
    overdueBefore: new Date(now.getTime() - OVERDUE_MS),
    oldBefore: new Date(now.getTime() - KEPT_MS),
  };
}

/** Deliveries that are pending and that nobody works on, the longest overdue first. */
export async function overdueDeliveries(
  db: Database,
  now: Date,
  limit: number,
): Promise<{ deliveryId: string; userKey: string }[]> {
  const rows = await db
    .selectFrom('webhook_deliveries as delivery')
    .innerJoin('webhooks as webhook', 'webhook.id', 'delivery.webhook_id')
    .select(['delivery.id', 'webhook.user_key'])
    .where('delivery.state', '=', 'pending')
    .where('delivery.next_attempt_at', '<', deliveryLimits(now).overdueBefore)
    .orderBy('delivery.next_attempt_at')
    .limit(limit)
    .execute();
  return rows.map(({ id, user_key }) => ({ deliveryId: id, userKey: user_key }));
}

/** Deletes up to `limit` old deliveries that have ended; returns how many. */
export async function pruneDeliveries(db: Database, now: Date, limit: number): Promise<number> {
  const { numDeletedRows } = await db
    .deleteFrom('webhook_deliveries')
    .where('id', 'in', (deliveries) =>
      deliveries
        .selectFrom('webhook_deliveries')
        .select('id')
        .where('state', '<>', 'pending')
        .where('created_at', '<', deliveryLimits(now).oldBefore)
        .limit(limit),
    )
    .executeTakeFirst();
  return Number(numDeletedRows);
}
