import { sql } from 'kysely';
import type { Database } from './database';

/** What a start depends on that the user has done before. */
export interface StartConditions {
  /** Of each current connection. */
  connections: ('connected' | 'reauthorization_required')[];
  /** When the user last disconnected; null where that is long ago, or never was. */
  disconnectedAt: Date | null;
}

/** Asked at every start, so in one statement. */
export async function startConditions(db: Database, userKey: string): Promise<StartConditions> {
  const { rows } = await sql<StartConditions>`
    select
      array(select status from connections
        where user_key = ${userKey} and status <> 'disconnected') as "connections",
      (select max(disconnected_at) from disconnections
        where user_key = ${userKey}) as "disconnectedAt"`.execute(db);
  const [row] = rows;
  if (row === undefined) throw new Error('PostgreSQL answered nothing');
  return row;
}
