import type { Transaction } from 'kysely';
import type { Database } from './database';
import type { Tables } from './tables';

/**
 * A seller who has connected is owed a sync: whoever stores the connection notes it in the same transaction, so
 * that a Temporal which is away in that moment loses nothing.
 */
export async function oweFirstSync(
  trx: Transaction<Tables>,
  connectionId: string,
  now: Date,
): Promise<void> {
  await trx
    .updateTable('connections')
    .set({ first_sync_owed_at: now })
    .where('id', '=', connectionId)
    .execute();
}

/** Users who were owed a sync before a time, the longest waiting first. */
export async function usersOwedASync(db: Database, before: Date, limit: number): Promise<string[]> {
  const rows = await db
    .selectFrom('connections')
    .select('user_key')
    .where('first_sync_owed_at', '<', before)
    .where('status', '=', 'connected')
    .groupBy('user_key')
    .orderBy(({ fn }) => fn.min('first_sync_owed_at'))
    .limit(limit)
    .execute();
  return rows.map((row) => row.user_key);
}

/** A sync has begun that covers these connections. */
export async function firstSyncBegan(
  db: Database,
  connectionIds: readonly string[],
): Promise<void> {
  if (connectionIds.length === 0) return;
  await db
    .updateTable('connections')
    .set({ first_sync_owed_at: null })
    .where('id', 'in', connectionIds)
    .where('first_sync_owed_at', 'is not', null)
    .execute();
}
