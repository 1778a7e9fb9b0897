import { sql, type Transaction } from 'kysely';
import type { Database } from './database';
import type { Tables } from './tables';

/** A user's disconnect whose side in Temporal is not done yet. */
export interface OpenDisconnection {
  id: string;
  userKey: string;
  /** Whether what Temporal keeps of the user goes too. */
  purge: boolean;
  disconnectedAt: Date;
}

/**
 * Notes that a user has disconnected, in the transaction that does it, which lets one at a time. What is open of the
 * same kind is moved on and not followed by another: a user who purges without end has maintenance do one thing.
 */
export async function noteDisconnection(
  trx: Transaction<Tables>,
  userKey: string,
  purge: boolean,
  now: Date,
): Promise<void> {
  const { numUpdatedRows } = await trx
    .updateTable('disconnections')
    .set({ disconnected_at: sql<Date>`greatest(disconnected_at, ${now}::timestamptz)` })
    .where('user_key', '=', userKey)
    .where('purge', '=', purge)
    .where('finished_at', 'is', null)
    .executeTakeFirst();
  if (numUpdatedRows > 0n) return;
  await trx
    .insertInto('disconnections')
    .values({ user_key: userKey, purge, disconnected_at: now })
    .execute();
}

/**
 * When the user's data was last purged: no sync that began until then may leave anything behind any more.
 * Undefined where it never was, or so long ago that no such sync is left.
 */
export async function lastPurgeAt(db: Database, userKey: string): Promise<Date | undefined> {
  const row = await db
    .selectFrom('disconnections')
    .select('disconnected_at')
    .where('user_key', '=', userKey)
    .where('purge', '=', true)
    .orderBy('disconnected_at', 'desc')
    .limit(1)
    .executeTakeFirst();
  return row?.disconnected_at;
}

/**
 * When a sync that is started now begins: later than whatever was ended before it, also where the clock of the
 * process that ended it is ahead of ours.
 */
export async function nextSyncStart(db: Database, userKey: string, now: Date): Promise<Date> {
  return startAfter(await lastDisconnectAt(db, userKey), now);
}

/** The same where it is known when the user last disconnected. */
export function startAfter(disconnectedAt: Date | null, now: Date): Date {
  return disconnectedAt === null || disconnectedAt < now
    ? now
    : new Date(disconnectedAt.getTime() + 1);
}

/** When the user last disconnected; null where that is long ago, or never was. */
async function lastDisconnectAt(db: Database, userKey: string): Promise<Date | null> {
  const row = await db
    .selectFrom('disconnections')
    .select('disconnected_at')
    .where('user_key', '=', userKey)
    .orderBy('disconnected_at', 'desc')
    .limit(1)
    .executeTakeFirst();
  return row?.disconnected_at ?? null;
}

/** Disconnects that are not done in Temporal, those first that nobody has tried for longest. */
export async function takeOpenDisconnections(
  db: Database,
  limit: number,
  now: Date,
): Promise<OpenDisconnection[]> {
  const rows = await db
    .updateTable('disconnections')
    .set({ tried_at: now })
    .where('id', 'in', (eb) =>
      eb
        .selectFrom('disconnections')
        .select('id')
        .where('finished_at', 'is', null)
        .orderBy('tried_at', (order) => order.asc().nullsFirst())
        .orderBy('id')
        .limit(limit)
        .forUpdate()
        .skipLocked(),
    )
    .returning(['id', 'user_key', 'purge', 'disconnected_at'])
    .execute();
  return rows.map((row) => ({
    id: row.id,
    userKey: row.user_key,
    purge: row.purge,
    disconnectedAt: row.disconnected_at,
  }));
}

/** Notes that a disconnect is done in Temporal; it stays open where the user has done it again meanwhile. */
export async function finishDisconnection(
  db: Database,
  { id, disconnectedAt }: OpenDisconnection,
  now: Date,
): Promise<void> {
  await db
    .updateTable('disconnections')
    .set({ finished_at: now })
    .where('id', '=', id)
    .where('disconnected_at', '=', disconnectedAt)
    .where('finished_at', 'is', null)
    .execute();
}

/** Forgets disconnects that were done before a time, at most `limit` of them. Returns how many. */
export async function forgetDisconnections(
  db: Database,
  before: Date,
  limit: number,
): Promise<number> {
  const result = await db
    .deleteFrom('disconnections')
    .where('id', 'in', (eb) =>
      eb
        .selectFrom('disconnections')
        .select('id')
        .where('finished_at', '<', before)
        .orderBy('finished_at')
        .limit(limit),
    )
    .executeTakeFirst();
  return Number(result.numDeletedRows);
}
