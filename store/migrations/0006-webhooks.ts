import { type Kysely, type Migration, sql } from 'kysely';

/** Who wants to hear of a user's syncs, and what was, or is still to be, sent to whom. */
export const webhooks: Migration = {
  async up(db: Kysely<unknown>): Promise<void> {
    for (const statement of STATEMENTS) await sql.raw(statement).execute(db);
  },
};

const STATEMENTS = [
  `create table webhooks (
    id uuid primary key,
    user_key text not null,
    url text not null,
    secret text not null,
    created_at timestamptz not null,
    failing_since timestamptz,
    disabled_at timestamptz,
    disabled_reason text,
    check ((disabled_at is null) = (disabled_reason is null))
  )`,
  `create index webhooks_by_user on webhooks (user_key, created_at)`,

  // The outbox: a row comes with the end of a sync, in one transaction. No reference to the sync, which may be
  // deleted before: the body has all that is sent, the same at every attempt.
  `create table webhook_deliveries (
    id uuid primary key default gen_random_uuid(),
    webhook_id uuid not null references webhooks on delete cascade,
    sync_id text not null,
    type text not null check (type in ('sync.completed', 'sync.failed', 'sync.cancelled')),
    body text not null,
    state text not null default 'pending' check (state in ('pending', 'delivered', 'failed')),
    attempts integer not null default 0,
    last_status integer,
    last_error text,
    created_at timestamptz not null,
    attempted_at timestamptz,
    next_attempt_at timestamptz,
    unique (webhook_id, sync_id),
    check ((state = 'pending') = (next_attempt_at is not null))
  )`,
  `create index webhook_deliveries_by_webhook on webhook_deliveries (webhook_id, created_at desc, id desc)`,
  `create index webhook_deliveries_pending on webhook_deliveries (next_attempt_at) where state = 'pending'`,
  `create index webhook_deliveries_ended on webhook_deliveries (created_at) where state <> 'pending'`,
];
