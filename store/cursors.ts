import type { Transaction } from 'kysely';
import type { Resource } from '../contract/resources';
import type { Database } from './database';
import type { Tables } from './tables';
import { userConnections } from './user-connections';

export interface Cursor {
  connectionId: string;
  resource: Resource;
  /** Empty for claims and the later resources, which Amazon reports for the whole connection. */
  marketplaceId: string;
  watermark: Date;
}

/** The cursors of a connection: how far each resource has been imported whole. */
export async function cursorsOf(db: Database, connectionId: string): Promise<Cursor[]> {
  const rows = await db
    .selectFrom('cursors')
    .select(['connection_id', 'resource', 'marketplace_id', 'watermark'])
    .where('connection_id', '=', connectionId)
    .execute();
  return rows.map((row) => ({
    connectionId: row.connection_id,
    resource: row.resource,
    marketplaceId: row.marketplace_id,
    watermark: row.watermark,
  }));
}

/**
 * Moves cursors, never back. Belongs into the transaction that makes the resource whole, behind the fence:
 * a cursor ahead of its rows would hide what is missing for ever.
 */
export async function advanceCursors(
  trx: Transaction<Tables>,
  cursors: readonly Cursor[],
  syncedAt: Date,
): Promise<void> {
  if (cursors.length === 0) return;
  await trx
    .insertInto('cursors')
    .values(
      cursors.map((cursor) => ({
        connection_id: cursor.connectionId,
        resource: cursor.resource,
        marketplace_id: cursor.marketplaceId,
        watermark: cursor.watermark,
        synced_at: syncedAt,
      })),
    )
    .onConflict((conflict) =>
      conflict.columns(['connection_id', 'resource', 'marketplace_id']).doUpdateSet((eb) => ({
        watermark: eb.fn('greatest', ['excluded.watermark', 'cursors.watermark']),
        synced_at: eb.ref('excluded.synced_at'),
      })),
    )
    .execute();
}

/** When a resource was last imported whole over the user's current connections; null if never. */
export async function lastSyncedAt(
  db: Database,
  userKey: string,
  resource: Resource,
): Promise<Date | null> {
  const row = await db
    .selectFrom('cursors')
    .select(({ fn }) => fn.max('synced_at').as('synced_at'))
    .where('connection_id', 'in', userConnections(db, userKey))
    .where('resource', '=', resource)
    .executeTakeFirst();
  return row?.synced_at ?? null;
}
