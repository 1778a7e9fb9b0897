import { type Kysely, type Migration, sql } from 'kysely';

/**
 * Daily syncs, and what is left to do after a disconnect: Temporal's side of it, and the deletion of rows that
 * may be too many for one request.
 */
export const dailySyncs: Migration = {
  async up(db: Kysely<unknown>): Promise<void> {
    for (const statement of STATEMENTS) await sql.raw(statement).execute(db);
  },
};

const STATEMENTS = [
  // The truth about a user's daily sync. Temporal's Schedule follows it: `applied_version` is what it was brought to.
  `create table sync_schedules (
    user_key text primary key,
    enabled boolean not null,
    hour_utc smallint not null check (hour_utc between 0 and 23),
    status text not null check (status in ('active', 'removed', 'purged')),
    version integer not null,
    applied_version integer not null default 0,
    changed_at timestamptz not null,
    tried_at timestamptz
  )`,
  `create index sync_schedules_unapplied on sync_schedules (tried_at nulls first, changed_at)
    where applied_version <> version`,
  // Who is connected already has a daily sync like everybody who connects from now on.
  `insert into sync_schedules (user_key, enabled, hour_utc, status, version, changed_at)
    select user_key, true, 2, 'active', 1, now() from connections
    where status <> 'disconnected' group by user_key`,

  // What a user's disconnect has left to do in Temporal. One with purge is also the mark before which nothing of
  // the user may be written any more, so it stays for a while after it is done.
  `create table disconnections (
    id bigint generated always as identity primary key,
    user_key text not null,
    purge boolean not null,
    disconnected_at timestamptz not null,
    tried_at timestamptz,
    finished_at timestamptz
  )`,
  `create index disconnections_by_user on disconnections (user_key, disconnected_at desc)`,
  `create index disconnections_open on disconnections (tried_at nulls first, id) where finished_at is null`,
  `create index disconnections_finished on disconnections (finished_at) where finished_at is not null`,

  // Its rows are to be deleted, and then the connection itself.
  `alter table connections
    add column purged_at timestamptz,
    add check (purged_at is null or status = 'disconnected')`,
  `create index connections_purged on connections (purged_at) where purged_at is not null`,
  `create index connections_ended on connections (updated_at) where status <> 'connected'`,

  // When somebody last looked whether a sync that has not ended still runs.
  `alter table syncs add column checked_at timestamptz`,
  `create index syncs_open on syncs (checked_at nulls first, started_at) where status = 'in_progress'`,
];
