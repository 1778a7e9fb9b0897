import { sql } from 'kysely';
import { everyResource, RESOURCES, type Resource } from '../contract/resources';
import { recordAudit } from './audit-events';
import { type Database, DatabaseUnavailable } from './database';

/** Rows of connections, by kind. An order's items are a part of it. */
export type RowCounts = Record<Resource, number>;

export const noRows = (): RowCounts => everyResource(() => 0);

interface DeleteOptions {
  /** Whose. */
  userKey: string;
  /** Rows of each kind that one statement deletes. */
  batch: number;
  /** Asked between statements: whether there is time for another. */
  hasTime: () => boolean;
  now: () => Date;
}

/**
 * Deletes rows of a user's purged connections in batches, and each connection after its last row, with everything that
 * hangs on it. Returns how many rows went, when nothing is left or the time is up.
 */
export async function deletePurgedRows(
  db: Database,
  { userKey, batch, hasTime, now }: DeleteOptions,
): Promise<RowCounts> {
  const deleted = noRows();
  while (hasTime()) {
    const connection = await db
      .selectFrom('connections')
      .select('id')
      .where('purged_at', 'is not', null)
      .where('user_key', '=', userKey)
      .orderBy('purged_at')
      .limit(1)
      .executeTakeFirst();
    if (connection === undefined) break;
    let isEmpty = false;
    while (!isEmpty && hasTime()) {
      isEmpty = true;
      for (const kind of RESOURCES) {
        const count = await deleteSome(db, kind, connection.id, batch);
        deleted[kind] += count;
        if (count === batch) isEmpty = false;
      }
    }
    if (!isEmpty) break;
    await deleteEmptied(db, connection.id, now());
  }
  return deleted;
}

/** The user whose connections have been marked to be purged for longest; undefined where there is none. */
export async function nextUserToPurge(db: Database): Promise<string | undefined> {
  const row = await db
    .selectFrom('connections')
    .select('user_key')
    .where('purged_at', 'is not', null)
    .orderBy('purged_at')
    .limit(1)
    .executeTakeFirst();
  return row?.user_key;
}

/** Deletes a purged connection whose rows are gone: from here on nothing is left of it. */
function deleteEmptied(db: Database, connectionId: string, now: Date): Promise<void> {
  return db.transaction().execute(async (trx) => {
    const gone = await trx
      .deleteFrom('connections')
      .where('id', '=', connectionId)
      .where('purged_at', 'is not', null)
      .returning(['user_key', 'region'])
      .executeTakeFirst();
    // Another process works off the same list.
    if (gone === undefined) return;
    const { user_key: userKey, region } = gone;
    const details = { by: 'service', region, connectionId } as const;
    await recordAudit(trx, { userKey, action: 'purge_finished', at: now, details });
  });
}

async function deleteSome(
  db: Database,
  kind: Resource,
  connectionId: string,
  batch: number,
): Promise<number> {
  // By place and not by key, which differs between the tables; nobody moves rows of a purged connection.
  const result = await db
    .deleteFrom(kind)
    .where(sql<boolean>`ctid = any(array(
      select ctid from ${sql.table(kind)} where connection_id = ${connectionId} limit ${batch}))`)
    .executeTakeFirst();
  return Number(result.numDeletedRows);
}

/** How many rows there are, of each kind; null where counting them took too long. */
export type RowsLeft = Record<Resource, number | null>;

/**
 * Rows of a user's purged connections that are still to be deleted. Of millions a count can take longer than a
 * statement may; what was purged before is no less so.
 */
export async function countPurgedRows(db: Database, userKey: string): Promise<RowsLeft> {
  const count = async (kind: Resource) => {
    try {
      const { rows } = await db
        .selectFrom(kind)
        .innerJoin('connections', 'connections.id', `${kind}.connection_id`)
        .select(({ fn }) => fn.countAll<string>().as('rows'))
        .where('connections.user_key', '=', userKey)
        .where('connections.purged_at', 'is not', null)
        .executeTakeFirstOrThrow();
      return Number(rows);
    } catch (error) {
      if (error instanceof DatabaseUnavailable) return null;
      throw error;
    }
  };
  const left: RowsLeft = noRows();
  await Promise.all(
    RESOURCES.map(async (kind) => {
      left[kind] = await count(kind);
    }),
  );
  return left;
}

/**
 * Users with connections to purge that ended before a time: disconnected ones, and ones whose authorization was
 * withdrawn and not renewed. At most `limit`, the longest ended first.
 */
export async function usersToExpire(db: Database, before: Date, limit: number): Promise<string[]> {
  const rows = await db
    .selectFrom('connections')
    .select('user_key')
    .where('status', '<>', 'connected')
    .where('purged_at', 'is', null)
    .where('updated_at', '<', before)
    .groupBy('user_key')
    .orderBy(({ fn }) => fn.min('updated_at'))
    .limit(limit)
    .execute();
  return rows.map((row) => row.user_key);
}
