import { randomUUID } from 'node:crypto';
import type { Database } from '../../../store/database';
import { type Bucket, reserve } from '../../../store/quota-buckets';
import { NOW } from './stored-things';

export const NOW_MS = NOW.getTime();
export const MINUTE = 60_000;

/** A bucket that nobody has used yet. */
export const bucketOf = (connectionId: string, perSecond: number, burst: number): Bucket => ({
  connectionId,
  operation: `operation-${randomUUID()}`,
  perSecond,
  burst,
  clockSpeed: 1,
});

/** When the next request is due; fails where none can be reserved. */
export async function dueAt(db: Database, bucket: Bucket, now: number): Promise<number> {
  const reservation = await reserve(db, bucket, now);
  if (reservation.kind === 'ask_again') throw new Error('Nothing could be reserved');
  return reservation.at;
}

/** So many requests at once: how long each waits, in whole milliseconds. */
export async function inARow(
  db: Database,
  bucket: Bucket,
  count: number,
  now = NOW_MS,
): Promise<number[]> {
  const waits: number[] = [];
  for (let taken = 0; taken < count; taken += 1) {
    waits.push(Math.round((await dueAt(db, bucket, now)) - now));
  }
  return waits;
}
