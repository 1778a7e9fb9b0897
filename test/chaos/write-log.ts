import { sql } from 'kysely';
import type { Database } from '../../store/database';

/** Tables whose rows only the user's current, unfinished sync may write. */
const FENCED = ['orders', 'order_items', 'inventory', 'claims', 'returns', 'cursors'] as const;

/**
 * Has PostgreSQL itself note who writes, seen from inside each transaction: a history cannot show what an activity
 * still wrote after its workflow had closed.
 *
 * `writes` has a row for each transaction, table and user: the sync that the fence says it writes for, and, looked
 * up in the moment before it commits, which sync was the user's current one then and whether it had ended.
 * `outcomes` has one for each change of a sync that ends or had ended.
 */
export async function installWriteLog(db: Database): Promise<void> {
  const statements = [
    'create schema chaos',
    `create table chaos.writes (
      transaction xid8 not null default pg_current_xact_id(),
      table_name text not null,
      user_key text not null,
      writer text,
      current text,
      status text,
      at timestamptz not null default clock_timestamp(),
      unique (transaction, table_name, user_key))`,
    `create table chaos.outcomes (
      sync_id text not null,
      was text,
      becomes text not null,
      at timestamptz not null default clock_timestamp())`,
    // As their owner: API and workers may see but what is theirs, and nothing of this.
    `create function chaos.note_write() returns trigger security definer set search_path = public as $$
      begin
        insert into chaos.writes (table_name, user_key, writer)
        select tg_table_name, c.user_key, nullif(current_setting('amazon_sync.sync_id', true), '')
        from (select distinct connection_id from written) w join connections c on c.id = w.connection_id
        on conflict do nothing;
        return null;
      end $$ language plpgsql`,
    `create function chaos.judge_write() returns trigger security definer set search_path = public as $$
      begin
        update chaos.writes w set
          current = (select c.sync_id from current_syncs c where c.user_key = w.user_key),
          status = (select s.status from syncs s where s.sync_id = w.writer)
        where w.transaction = new.transaction and w.table_name = new.table_name
          and w.user_key = new.user_key;
        return null;
      end $$ language plpgsql`,
    `create constraint trigger judge after insert on chaos.writes deferrable initially deferred
      for each row execute function chaos.judge_write()`,
    `create function chaos.note_outcome() returns trigger security definer set search_path = public as $$
      begin
        insert into chaos.outcomes (sync_id, was, becomes)
        values (new.sync_id, case tg_op when 'UPDATE' then old.status end, new.status);
        return null;
      end $$ language plpgsql`,
    `create trigger chaos_born_ended after insert on syncs for each row
      when (new.status <> 'in_progress') execute function chaos.note_outcome()`,
    `create trigger chaos_ended after update on syncs for each row
      when (new.status <> 'in_progress' or old.status <> 'in_progress')
      execute function chaos.note_outcome()`,
    ...FENCED.flatMap((table) =>
      ['insert', 'update'].map(
        (event) => `create trigger chaos_${event} after ${event} on ${table}
          referencing new table as written for each statement execute function chaos.note_write()`,
      ),
    ),
  ];
  await db.transaction().execute(async (trx) => {
    for (const statement of statements) await sql.raw(statement).execute(trx);
  });
}

/** What the log holds against the service; a line each. */
export interface WriteFaults {
  /** Writes behind no fence, or for a sync that was not the user's current one, or had ended. */
  superseded: string[];
  /** Syncs whose end was recorded more than once, or changed. */
  recordedTwice: string[];
}

export async function writeFaults(db: Database): Promise<WriteFaults> {
  const writes = await sql<Record<'at' | 'table_name' | 'user_key' | 'verdict', string>>`
    select at::text, table_name, user_key, format('by %s, while current was %s, status %s',
      coalesce(writer, 'nobody'), coalesce(current, 'none'), coalesce(status, 'unknown')) as verdict
    from chaos.writes
    where writer is null or writer is distinct from current or status is distinct from 'in_progress'
    order by at`.execute(db);
  const outcomes = await sql<Record<'sync_id' | 'changes', string>>`
    select sync_id, string_agg(format('%s: %s to %s', at, was, becomes), ', ' order by at) as changes
    from chaos.outcomes group by sync_id having count(*) > 1`.execute(db);
  return {
    superseded: writes.rows.map(
      (row) => `${row.at}: ${row.table_name} of ${row.user_key} written ${row.verdict}`,
    ),
    recordedTwice: outcomes.rows.map((row) => `${row.sync_id}: ${row.changes}`),
  };
}

/** How many transactions have written rows, so that a log that notes nothing is found out. */
export async function countWrites(db: Database): Promise<number> {
  const { rows } = await sql<{ count: string }>`
    select count(distinct transaction)::text as count from chaos.writes`.execute(db);
  return Number(rows[0]?.count);
}
