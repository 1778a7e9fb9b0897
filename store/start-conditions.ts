import { sql } from 'kysely';
import type { Database } from './database';

/** What a start depends on that the user has done before. */
export interface StartConditions {
  /** Of each current connection. */
  connections: ('connected' | 'reauthorization_required')[];
  /** When the user last disconnected; null where that is long ago, or never was. */
  disconnectedAt: Date | null;
  /** Whether the newest sync is in progress, as far as the database has heard. */
  isInProgress: boolean;
}

/** Asked at every start, so in one statement. */
export async function startConditions(db: Database, userKey: string): Promise<StartConditions> {
  const { rows } = await sql<StartConditions>`
    select
      array(select status from connections
        where user_key = ${userKey} and status <> 'disconnected') as "connections",
      (select max(disconnected_at) from disconnections
        where user_key = ${userKey}) as "disconnectedAt",
      coalesce(
        (select status = 'in_progress' from syncs
          where user_key = ${userKey} order by started_at desc, sync_id desc limit 1),
        false) as "isInProgress"`.execute(db);
  const [row] = rows;
  if (row === undefined) throw new Error('PostgreSQL answered nothing');
  return row;
}
