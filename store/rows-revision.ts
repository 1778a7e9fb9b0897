import { sql } from 'kysely';
import type { Database } from './database';

/**
 * Names the state of a user's rows: it stays while no row can change, and is another one after any that did.
 * Undefined while a sync runs, which may change rows at any moment. Rows change only behind the fence of the user's
 * current sync, and what is shown of them also with the user's connections. One look-up by key, whatever the rows.
 */
export async function rowsRevision(db: Database, userKey: string): Promise<string | undefined> {
  const { rows } = await sql<{ sync: string | null; status: string | null; connections: string }>`
    select current_syncs.sync_id as sync, syncs.status as status, coalesce((
        select string_agg(id || ' ' || status || ' ' || extract(epoch from updated_at), ',' order by id)
        from connections where user_key = ${userKey} and status <> 'disconnected'), '') as connections
    from (select ${userKey}::text as user_key) as asking
    left join current_syncs on current_syncs.user_key = asking.user_key
    left join syncs on syncs.sync_id = current_syncs.sync_id`.execute(db);
  const [state] = rows;
  if (state === undefined || state.status === 'in_progress') return undefined;
  return `${state.sync ?? 'never'} ${state.connections}`;
}
