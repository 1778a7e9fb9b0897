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
 * Takes one request out of the bucket and returns when it is due, epoch ms: `now` or earlier while the bucket
 * has requests left, later when it is empty. Whoever waits has its place in the queue, so that every waiting
 * request costs one further attempt, not one for each that wakes before it.
 *
 * The generic cell rate algorithm: `tat` is when the bucket would be full again. A request is due at
 * `tat + T - burst × T` with `T = 1 / rate`, and moves `tat` on by T. One statement takes and tells, so all
 * workers together keep the rate. `now` comes from the caller's clock, never from SQL.
 */
export async function reserve(db: Database, bucket: Bucket, now: number): Promise<number> {
  const interval = intervalOf(bucket);
  const { rows } = await sql<{ tat_ms: number }>`
    insert into quota_buckets as bucket (connection_id, operation, tat_ms)
    values (${bucket.connectionId}, ${bucket.operation}, ${now + interval})
    on conflict (connection_id, operation) do update
      set tat_ms = greatest(bucket.tat_ms, ${now}::double precision) + ${interval}::double precision
    returning tat_ms`.execute(db);
  const tat = rows[0]?.tat_ms ?? now + interval;
  return tat - interval * bucket.burst;
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
