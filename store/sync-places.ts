import { sql } from 'kysely';
import type { Database } from './database';

/** How many syncs may run at once. */
export interface SyncLimits {
  /** Of all users. */
  service: number;
  /** Of all users who have connected one seller in one region, whose quotas they share. */
  seller: number;
}

/**
 * `taken`, or that there is none: `service_full`, `seller_full`. A user without a connection needs none: `not_needed`.
 */
export type SyncPlace = 'taken' | 'not_needed' | 'service_full' | 'seller_full';

export interface TakeSyncPlace {
  /** Of whoever asks. Asked for again, it is held for longer. */
  id: string;
  userKey: string;
  /** After this the place is free again, ms; whoever took it may have died. */
  holdMs: number;
}

/**
 * Takes a place for a sync that is about to start, exactly, however many ask at once. A place counts until the row of
 * the sync does, which {@link import('./syncs').insertSync} exchanges for it; from then on the row does, until its end
 * is recorded. So nothing has to be given back, and a user whose sync runs takes up one place, however many are asked
 * for.
 */
export async function takeSyncPlace(
  db: Database,
  place: TakeSyncPlace,
  limits: SyncLimits,
): Promise<SyncPlace> {
  const { rows } = await sql<{ place: SyncPlace }>`
    select ${placeTaken(place, limits)} as place`.execute(db);
  const [row] = rows;
  if (row === undefined) throw new Error('take_sync_place answered nothing');
  return row.place;
}

/** The same as a part of a statement. */
export function placeTaken(
  { id, userKey, holdMs }: TakeSyncPlace,
  { service, seller }: SyncLimits,
) {
  return sql<SyncPlace>`take_sync_place(
    ${id}, ${userKey}, ${holdMs} * interval '1 millisecond', ${service}::integer, ${seller}::integer)`;
}

/** Gives back a place of a sync that does not start. One that is not given back is free after its time. */
export async function leaveSyncPlace(db: Database, userKey: string, id: string): Promise<void> {
  await db.deleteFrom('sync_places').where('id', '=', id).where('user_key', '=', userKey).execute();
}
