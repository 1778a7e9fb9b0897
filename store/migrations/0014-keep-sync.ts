import { type Kysely, type Migration, sql } from 'kysely';

/**
 * The row of a sync that has begun, in one call: as five statements it took longer than Temporal takes for the start.
 * A function of its own, since each of its statements sees what has been committed meanwhile. It has no rights but its
 * caller's.
 */
export const keepSync: Migration = {
  async up(db: Kysely<unknown>): Promise<void> {
    for (const statement of STATEMENTS) await sql.raw(statement).execute(db);
  },
};

const STATEMENTS = [
  `create function keep_sync(
    sync text, of_user text, run text, in_mode text, triggered_by text, began timestamptz, place text
  ) returns boolean language plpgsql set search_path = pg_catalog, pg_temp as $$
  begin
    -- Else a purge that is under way would be seen by neither: not here, and the row not by it.
    perform pg_advisory_xact_lock_shared(hashtextextended('syncs of ' || of_user, 0));
    if exists (
      select from public.disconnections
      where user_key = of_user and purge and disconnected_at >= began
    ) then
      return false;
    end if;
    delete from public.sync_places where id = place and user_key = of_user;
    insert into public.syncs (sync_id, user_key, run_id, mode, trigger, status, started_at)
      values (sync, of_user, run, in_mode, triggered_by, 'in_progress', began)
      on conflict (sync_id) do nothing;
    return true;
  end $$`,
];
