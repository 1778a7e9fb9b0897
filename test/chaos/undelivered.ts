import { sql } from 'kysely';
import type { Database } from '../../store/database';
import type { KnownWebhook, WebhookReceiver } from './webhook-receiver';

/** From here on the pauses between attempts are minutes and hours. */
const ATTEMPTS_SOON = 2;

/** Deliveries whose next attempt is a matter of seconds, and that nobody has made yet. */
export async function deliveriesUnderWay(db: Database): Promise<string[]> {
  const rows = await db
    .selectFrom('webhook_deliveries')
    .select('id')
    .where('state', '=', 'pending')
    .where('attempts', '<', ATTEMPTS_SOON)
    .execute();
  return rows.map(({ id }) => id);
}

/** Lets the two minutes pass after which maintenance starts what nobody works on. */
export async function makeOverdue(db: Database, ids: readonly string[]): Promise<void> {
  await sql`update webhook_deliveries set next_attempt_at = next_attempt_at - interval '3 minutes'
    where id = any(${ids}::uuid[]) and state = 'pending'`.execute(db);
}

/**
 * Ends of syncs of which a webhook that is still there was to hear and did not; a line each. Not held against the
 * service is what waits for an attempt minutes away, after two that failed.
 */
export async function undelivered(db: Database, receiver: WebhookReceiver): Promise<string[]> {
  const lines = await Promise.all(receiver.webhooks.map((webhook) => unheardBy(db, webhook)));
  const rows = await db
    .selectFrom('webhook_deliveries')
    .select(['id', 'sync_id', 'state', 'attempts', 'last_error'])
    .execute();
  const unheard = rows.flatMap(({ id, sync_id, state, attempts, last_error }) => {
    const line = `${sync_id}, delivery ${id}: ${state} after ${attempts} attempts, ${last_error}`;
    if (state === 'delivered') return receiver.taken.has(id) ? [] : [`${line}, and never came`];
    return state === 'pending' && attempts >= ATTEMPTS_SOON ? [] : [line];
  });
  return [...lines.flat(), ...unheard];
}

async function unheardBy(db: Database, webhook: KnownWebhook): Promise<string[]> {
  const { rows } = await sql<{ sync_id: string }>`
    select s.sync_id from syncs s join webhooks w on w.user_key = s.user_key
    where w.id = ${webhook.id} and w.disabled_at is null and s.status <> 'in_progress'
      and s.started_at > ${new Date(webhook.registeredAt)}
      and not exists (select from webhook_deliveries d
        where d.webhook_id = w.id and d.sync_id = s.sync_id)`.execute(db);
  return rows.map(({ sync_id }) => `${sync_id}: nobody was to tell ${webhook.userId} of its end`);
}
