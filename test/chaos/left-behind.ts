import { sql } from 'kysely';
import type { Database } from '../../store/database';

/** What a purge keeps, by design: that it was done. And places, which are free by themselves after some seconds. */
const KEPT: ReadonlySet<string> = new Set(['audit_events', 'disconnections', 'sync_places']);

/** Every row that PostgreSQL has of a user, by table; found by the schema, so that no table is forgotten. */
export async function rowsOf(db: Database, userKey: string): Promise<string[]> {
  const { rows: columns } = await sql<{ table_name: string; column_name: string }>`
    select table_name, column_name from information_schema.columns
    where table_schema = 'public' and column_name in ('user_key', 'connection_id')
    order by table_name`.execute(db);
  const counts = columns
    .filter(({ table_name }) => !KEPT.has(table_name))
    .map(async ({ table_name, column_name }) => {
      const owned =
        column_name === 'user_key'
          ? sql`user_key = ${userKey}`
          : sql`connection_id in (select id from connections where user_key = ${userKey})`;
      const { rows } = await sql<{ count: string }>`
        select count(*)::text as count from ${sql.table(table_name)} where ${owned}`.execute(db);
      const count = Number(rows[0]?.count);
      return count === 0 ? [] : [`${count} of ${table_name}`];
    });
  return (await Promise.all(counts)).flat();
}

/** Connections that a purge has marked and that are still there, with what hangs on them. */
export async function purgedConnections(db: Database): Promise<string[]> {
  const rows = await db
    .selectFrom('connections')
    .select(['id', 'user_key'])
    .where('purged_at', 'is not', null)
    .execute();
  return rows.map(({ id, user_key }) => `connection ${id} of ${user_key}`);
}

/** Syncs that are there although a purge of their user came after they had begun; a line each. */
export async function syncsBeforePurge(db: Database): Promise<string[]> {
  const { rows } = await sql<{ line: string }>`
    select format('%s of %s, purged at %s', s.sync_id, s.status, d.disconnected_at) as line
    from syncs s join disconnections d on d.user_key = s.user_key and d.purge
    where s.started_at <= d.disconnected_at`.execute(db);
  return rows.map(({ line }) => line);
}
