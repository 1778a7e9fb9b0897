import { sql } from 'kysely';
import type { Database } from './database';

/** One of Amazon's token buckets, of one connection and operation. */
export interface Bucket {
  connectionId: string;
  operation: string;
  perSecond: number;
  burst: number;
}

/**
 * How far ahead a request can be reserved. Whoever waits longer asks again, so that places which nobody will
 * use, of syncs that were ended while they waited, hold up others for this long at most.
 */
const HORIZON_MS = 30 * 60_000;

/** A request of one's own, due at `at` (epoch ms; `now` or earlier while the bucket has some), or none yet. */
export type Reservation = { kind: 'reserved'; at: number } | { kind: 'ask_again'; at: number };

/**
 * Takes one request out of the bucket and says when it is due. Whoever waits has its place in the queue, so
 * that every waiting request costs one further attempt, not one for each that wakes before it.
 *
 * The generic cell rate algorithm: `tat` is when the bucket would be full again. A request is due at
 * `tat + T - burst × T` with `T = 1 / rate`, and moves `tat` on by T. One statement takes and tells, so all
 * workers together keep the rate. `now` comes from the caller's clock, never from SQL.
 */
export async function reserve(db: Database, bucket: Bucket, now: number): Promise<Reservation> {
  const interval = intervalOf(bucket);
  const depth = interval * bucket.burst;
  const { rows } = await sql<{ tat_ms: number }>`
    insert into quota_buckets as bucket (connection_id, operation, tat_ms)
    values (${bucket.connectionId}, ${bucket.operation}, ${now + interval})
    on conflict (connection_id, operation) do update
      set tat_ms = greatest(bucket.tat_ms, ${now}::double precision) + ${interval}::double precision
      where bucket.tat_ms + ${interval - depth}::double precision <= ${now + HORIZON_MS}::double precision
    returning tat_ms`.execute(db);
  const [taken] = rows;
  return taken === undefined
    ? { kind: 'ask_again', at: now + HORIZON_MS }
    : { kind: 'reserved', at: taken.tat_ms - depth };
}

/**
 * Amazon said 429 although the bucket had a request left: somebody else calls for the same seller. Empties
 * the bucket, so that the next reservation is due one interval from now at the earliest.
 */
export async function drain(db: Database, bucket: Bucket, now: number): Promise<void> {
  const emptied = now + intervalOf(bucket) * bucket.burst;
  await sql`
    insert into quota_buckets as bucket (connection_id, operation, tat_ms)
    values (${bucket.connectionId}, ${bucket.operation}, ${emptied})
    on conflict (connection_id, operation) do update
      set tat_ms = greatest(bucket.tat_ms, excluded.tat_ms)`.execute(db);
}

/**
 * Milliseconds between two requests. 2 % slower than the plan: requests that leave in time can arrive closer
 * together than they left, and Amazon counts when they arrive.
 */
function intervalOf({ perSecond }: Bucket): number {
  return 1020 / perSecond;
}
