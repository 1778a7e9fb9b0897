import { type Kysely, type Migration, sql } from 'kysely';

/**
 * `take_sync_place` again, with the rights of the owner and nothing to lead it astray:
 *
 * - Its tables are named with their schema. Else PostgreSQL looks for them among the caller's temporary ones first, and
 *   a trigger on one of those would run with the rights of the owner of all tables.
 * - A place is for the user whom the connection works for, and for nobody else. The owner of the tables is not held.
 * - Only the roles of the processes may call it.
 *
 * Its arguments and answers are the same, so that processes of before go on.
 */
export const guardedPlaces: Migration = {
  async up(db: Kysely<unknown>): Promise<void> {
    for (const statement of STATEMENTS) await sql.raw(statement).execute(db);
  },
};

const STATEMENTS = [
  `create or replace function take_sync_place(
    place text, for_user text, hold interval, most integer, most_per_seller integer
  ) returns text language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
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
    if most <= (
      select count(*) from (
        select user_key from public.syncs where status = 'in_progress' and user_key <> for_user
        union select user_key from public.sync_places where user_key <> for_user
      ) as users
    ) then
      return 'service_full';
    end if;
    if exists (
      select from public.connections own
      join public.connections other using (seller_id, region)
      where own.user_key = for_user and own.status = 'connected'
        and other.user_key <> for_user and other.status = 'connected'
        and (exists (select from public.syncs
            where user_key = other.user_key and status = 'in_progress')
          or exists (select from public.sync_places where user_key = other.user_key))
      group by seller_id, region
      having count(*) >= most_per_seller
    ) then
      return 'seller_full';
    end if;
    insert into public.sync_places (id, user_key, held_until)
      values (place, for_user, clock_timestamp() + hold)
      on conflict (id) do update set held_until = excluded.held_until;
    return 'taken';
  end $$`,

  // Whoever had the right by being anybody has it by its role from here on, in the same transaction: processes run.
  `do $$ declare role name;
  begin
    for role in select rolname from pg_roles where rolname in ('amazon_sync_api', 'amazon_sync_worker') loop
      execute format('grant execute on function take_sync_place to %I', role);
    end loop;
  end $$`,
  `revoke execute on function take_sync_place from public`,
];
