import { type Kysely, type Migration, sql } from 'kysely';

/**
 * The audit trail. PostgreSQL itself refuses to change an event, and to delete one within a year, whoever asks: a
 * fault of ours, or a stranger with the service's password, cannot tidy up behind themselves.
 */
export const auditEvents: Migration = {
  async up(db: Kysely<unknown>): Promise<void> {
    for (const statement of STATEMENTS) await sql.raw(statement).execute(db);
  },
};

const STATEMENTS = [
  // No reference to anything: an event outlives what it tells of. Null where it is of the service and no user.
  `create table audit_events (
    id bigint generated always as identity primary key,
    user_key text,
    action text not null,
    at timestamptz not null,
    details jsonb not null
  )`,
  `create index audit_events_by_user on audit_events (user_key, id desc)`,
  `create index audit_events_by_age on audit_events (at)`,

  // By PostgreSQL's clock: a worker whose clock is ahead deletes nothing early.
  `create function refuse_audit_change() returns trigger language plpgsql as $$
    begin
      if tg_op = 'DELETE' and old.at < now() - interval '365 days' then return old; end if;
      raise exception 'audit_events is append-only' using errcode = 'restrict_violation';
    end $$`,
  `create trigger audit_events_stay before update or delete on audit_events
    for each row execute function refuse_audit_change()`,
  // A truncation has no rows to look at, and none may go.
  `create trigger audit_events_stay_all before truncate on audit_events
    for each statement execute function refuse_audit_change()`,
];
