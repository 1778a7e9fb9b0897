import { type Kysely, type Migration, sql } from 'kysely';

/** Places of syncs that are about to start, so that those that run at once can be bounded. */
export const syncPlaces: Migration = {
  async up(db: Kysely<unknown>): Promise<void> {
    for (const statement of STATEMENTS) await sql.raw(statement).execute(db);
  },
};

const STATEMENTS = [
  `create table sync_places (
    id text primary key,
    user_key text not null,
    held_until timestamptz not null
  )`,
  `create index sync_places_by_user on sync_places (user_key)`,
  `create index connections_by_seller on connections (seller_id, region) where status = 'connected'`,
  `create index syncs_running on syncs (user_key) where status = 'in_progress'`,
  // A function, since each of its statements sees what has been committed meanwhile: a single statement would count
  // what was there before it waited for the lock. Whoever calls it may see one user's rows only; it counts everybody's.
  `create function take_sync_place(
    place text, for_user text, hold interval, most integer, most_per_seller integer
  ) returns text language plpgsql security definer set search_path from current as $$
  begin
    if not exists (select from connections where user_key = for_user and status = 'connected') then
      return 'not_needed';
    end if;
    -- A place that is lost with a crash of the server had nobody left to use it; the lock need not wait for the disk.
    perform set_config('synchronous_commit', 'off', true);
    perform pg_advisory_xact_lock(hashtextextended('places of syncs', 0));
    delete from sync_places where held_until <= clock_timestamp();
    if most <= (
      select count(*) from (
        select user_key from syncs where status = 'in_progress' and user_key <> for_user
        union select user_key from sync_places where user_key <> for_user
      ) as users
    ) then
      return 'service_full';
    end if;
    if exists (
      select from connections own
      join connections other using (seller_id, region)
      where own.user_key = for_user and own.status = 'connected'
        and other.user_key <> for_user and other.status = 'connected'
        and (exists (select from syncs where user_key = other.user_key and status = 'in_progress')
          or exists (select from sync_places where user_key = other.user_key))
      group by seller_id, region
      having count(*) >= most_per_seller
    ) then
      return 'seller_full';
    end if;
    insert into sync_places (id, user_key, held_until)
      values (place, for_user, clock_timestamp() + hold)
      on conflict (id) do update set held_until = excluded.held_until;
    return 'taken';
  end $$`,
];
