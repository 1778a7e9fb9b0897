import { type Kysely, type Migration, sql } from 'kysely';

/**
 * What a start asks, at less of PostgreSQL's time. In functions, whose plans a session keeps: as plain statements,
 * planning them took longer than running them.
 *
 * - `take_sync_place` counts rows before it tells users apart: only where there may be too many does it matter whether
 *   a user's sync and a place are the same user's. Of 900 running syncs that is a third of the work, under a lock that
 *   all starts pass. It finds the user's own connections by the user, whatever the planner knows of the table.
 * - `start_conditions` is the plain statement of before. It has no rights but its caller's.
 */
export const quickStarts: Migration = {
  async up(db: Kysely<unknown>): Promise<void> {
    for (const statement of STATEMENTS) await sql.raw(statement).execute(db);
  },
};

const STATEMENTS = [
  `create or replace function take_sync_place(
    place text, for_user text, hold interval, most integer, most_per_seller integer
  ) returns text language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
  declare own record;
  begin
    if for_user is distinct from current_setting('amazon_sync.user_key', true)
      and not pg_has_role(session_user, current_user, 'usage')
    then
      raise exception 'a place is for the user of the connection' using errcode = 'insufficient_privilege';
    end if;
    if not exists (
      select from public.connections where user_key = for_user and status = 'connected'
    ) then
      return 'not_needed';
    end if;
    -- A place that is lost with a crash of the server had nobody left to use it; the lock need not wait for the disk.
    perform set_config('synchronous_commit', 'off', true);
    perform pg_advisory_xact_lock(hashtextextended('places of syncs', 0));
    delete from public.sync_places where held_until <= clock_timestamp();
    -- The user's own count here, and some twice: so it is at least as many as there are.
    if most <= (select count(*) from public.syncs where status = 'in_progress')
        + (select count(*) from public.sync_places)
      and most <= (
        select count(*) from (
          select user_key from public.syncs where status = 'in_progress' and user_key <> for_user
          union select user_key from public.sync_places where user_key <> for_user
        ) as users
      )
    then
      return 'service_full';
    end if;
    for own in
      select seller_id, region from public.connections where user_key = for_user and status = 'connected'
    loop
      if most_per_seller <= (
        select count(*) from public.connections other
        where seller_id = own.seller_id and region = own.region and status = 'connected' and user_key <> for_user
          and (exists (select from public.syncs where user_key = other.user_key and status = 'in_progress')
            or exists (select from public.sync_places where user_key = other.user_key))
      ) then
        return 'seller_full';
      end if;
    end loop;
    insert into public.sync_places (id, user_key, held_until)
      values (place, for_user, clock_timestamp() + hold)
      on conflict (id) do update set held_until = excluded.held_until;
    return 'taken';
  end $$`,

  // Volatile, as a function is unless it says so: each statement in it sees what has been committed by then.
  `create function start_conditions(
    of_user text, out connections text[], out disconnected_at timestamptz, out is_in_progress boolean
  ) language plpgsql set search_path = pg_catalog, pg_temp as $$
  begin
    connections := array(
      select status from public.connections where user_key = of_user and status <> 'disconnected');
    disconnected_at := (select max(d.disconnected_at) from public.disconnections d where user_key = of_user);
    is_in_progress := coalesce(
      (select status = 'in_progress' from public.syncs
        where user_key = of_user order by started_at desc, sync_id desc limit 1),
      false);
  end $$`,
];
