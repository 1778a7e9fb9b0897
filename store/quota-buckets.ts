import { type RawBuilder, sql } from 'kysely';
import type { Database } from './database';

/** One of Amazon's token buckets, of one connection and operation. */
export interface Bucket {
  connectionId: string;
  operation: string;
  /** The default plan: requests in one of Amazon's seconds, until Amazon has said another rate. */
  perSecond: number;
  /** How many requests the full bucket holds. */
  burst: number;
  /** Seconds that pass at Amazon in one of the caller's. */
  clockSpeed: number;
}

/**
 * A request of one's own, due at `at` (epoch ms by the clock that asked; that very moment while the bucket has
 * some), and the rate that Amazon is known to allow, per second of its own. Or none yet: ask again at `at`.
 */
export type Reservation =
  | { kind: 'reserved'; at: number; perSecond: number }
  | { kind: 'ask_again'; at: number };

/**
 * How far ahead a request can be reserved. Whoever waits longer asks again, so that places which nobody will
 * use, of syncs that were ended while they waited, hold up others for this long at most.
 */
export const HORIZON_MS = 30 * 60_000;

/**
 * Milliseconds of a bucket of one request a second. 2 % slower than the plan: requests that leave in time can
 * arrive closer together than they left, and Amazon counts when they arrive.
 */
export const SECOND_MS = 1020;

/** Of Amazon's time, since the last 429 that told something new. */
const SLOWED_MS = 30 * 60_000;

const MOST_SLOWDOWN = 8;

/** Of Amazon's time; see `drain`. */
const SILENCE_MS = 30_000;

/**
 * Workers' clocks may differ by minutes. What lies further in the future than this is from a clock that was
 * wrong and has been put right; it would hold the bucket until then.
 */
const WRONG_CLOCK_MS = 10 * 60_000;

/**
 * Takes one request out of the bucket and says when it is due. Whoever waits has its place in the queue, so
 * that every waiting request costs one further attempt, not one for each that wakes before it. A place, once
 * given, does not move; the next one is given by the rate of then.
 *
 * One statement takes and tells, so all workers together keep the rate. `now` (epoch ms) comes from the
 * caller's clock, never from SQL. The bucket fills only by what the clock furthest ahead has moved on, so no time
 * counts twice. What clocks that differ by d cost at most: when the one ahead asks first, what the rate gives in
 * d leaves early, the burst at once; when it asks no more, nothing flows in for d. Each at most once in d.
 */
export async function reserve(db: Database, bucket: Bucket, now: number): Promise<Reservation> {
  const { connectionId, operation, burst } = bucket;
  const { countedAt, slowedUntil, tokens, flow } = countOf(bucket, now);
  const horizon = now + HORIZON_MS;
  const { rows } = await sql<Taken>`
    insert into quota_buckets as bucket (connection_id, operation, tokens, counted_at_ms)
    values (${connectionId}, ${operation}, ${burst - 1}, ${now})
    on conflict (connection_id, operation) do update
      set tokens = ${tokens} - 1, counted_at_ms = ${countedAt}, slowed_until_ms = ${slowedUntil}
      where ${tokens} - 1 + ${flow(float(now), float(horizon))} >= 0
    returning tokens, per_second, slowdown, slowed_until_ms`.execute(db);
  const [taken] = rows;
  if (taken === undefined) return { kind: 'ask_again', at: horizon };
  const perSecond = taken.per_second ?? bucket.perSecond;
  // A debt of so many requests takes so long at the full rate, and longer for as long as the bucket is slowed.
  const full = (Math.max(0, -taken.tokens) * SECOND_MS) / (perSecond * bucket.clockSpeed);
  const slowed = Math.min(full * taken.slowdown, Math.max(0, taken.slowed_until_ms - now));
  return { kind: 'reserved', at: now + full + slowed * (1 - 1 / taken.slowdown), perSecond };
}

/**
 * Amazon said 429 to the request that was due at `at`, although the bucket had it: somebody else calls for the
 * same seller. Empties the bucket, and halves its rate for the next half an hour of Amazon's time, down to an
 * eighth. Then the full rate is back at once and not in steps: one who still shares the seller's quota costs one
 * 429 more, one who has gone costs no time.
 *
 * Of many requests that leave together, the first 429 tells that the rate is too high; the others say it
 * again. The slowed bucket gives its first place one interval later, so a request that was due before half of
 * that had its place before and says nothing about the slower rate.
 *
 * At an eighth Amazon is hardly sharing but refusing all: half a minute goes by for each 429 from there on, so
 * that ten minutes of it cost some twenty requests also where the plan allows two a second.
 */
export async function drain(
  db: Database,
  bucket: Bucket,
  now: number,
  { at }: { at: number },
): Promise<void> {
  const { connectionId, operation, clockSpeed } = bucket;
  const { countedAt, slowedUntil, tokens, perMs } = countOf(bucket, now);
  const slowedMs = SLOWED_MS / clockSpeed;
  const isSlowed = sql`${slowedUntil} > ${float(now)}`;
  const firstPlace = sql`${slowedUntil} - ${float(slowedMs)} + bucket.slowdown / ${perMs} / 2`;
  const isNews = sql`(not ${isSlowed} or ${float(at)} >= ${firstPlace})`;
  const slowdown = sql`case
    when not ${isSlowed} then 2
    when ${isNews} then least(bucket.slowdown * 2, ${float(MOST_SLOWDOWN)})
    else bucket.slowdown end`;
  // As many requests as flow in during the silence, less the next one, which flows in anyway.
  const silence = sql`${float(SILENCE_MS / clockSpeed / MOST_SLOWDOWN)} * ${perMs} - 1`;
  const isRefusingAll = sql`${isNews} and ${slowdown} = ${float(MOST_SLOWDOWN)}`;
  const penalty = sql`case when ${isRefusingAll} then greatest(0, ${silence}) else 0 end`;
  await sql`
    insert into quota_buckets as bucket
      (connection_id, operation, tokens, counted_at_ms, slowdown, slowed_until_ms)
    values (${connectionId}, ${operation}, 0, ${now}, 2, ${now + slowedMs})
    on conflict (connection_id, operation) do update set
      tokens = least(${tokens}, 0) - ${penalty},
      counted_at_ms = ${countedAt},
      slowdown = ${slowdown},
      slowed_until_ms = case when ${isNews} then ${float(now + slowedMs)} else ${slowedUntil} end`.execute(
    db,
  );
}

/**
 * Amazon said which rate it allows (`told`, requests in one of its seconds): it holds from now on. Writes only
 * what differs from `known`, the rate of the reservation; without that it asks the database. Amazon does not
 * tell the burst, so that stays. Rates that cannot be are left out.
 *
 * Bounds: ten times slower and a hundred times faster than the default plan. Amazon raises plans of large
 * sellers by a few times and lowers them seldom; beyond the bounds it is more likely a slip in a header, which
 * must not stop a seller for days. Should it be true: a rate that is too high for Amazon is told by its 429.
 */
export async function learn(
  db: Database,
  bucket: Bucket,
  now: number,
  { told, known }: { told: number; known: number | undefined },
): Promise<void> {
  if (!Number.isFinite(told) || told <= 0) return;
  const { connectionId, operation, perSecond } = bucket;
  const rate = Math.min(Math.max(told, perSecond / 10), perSecond * 100);
  if (rate === known) return;
  const { countedAt, tokens } = countOf(bucket, now);
  // Counted first: the time until now has passed at the old rate.
  await sql`
    update quota_buckets as bucket
    set tokens = ${tokens}, counted_at_ms = ${countedAt}, per_second = ${float(rate)}
    where connection_id = ${connectionId} and operation = ${operation}
      and coalesce(per_second, ${float(perSecond)}) <> ${float(rate)}`.execute(db);
}

interface Taken {
  tokens: number;
  per_second: number | null;
  slowdown: number;
  slowed_until_ms: number;
}

type Sql = RawBuilder<unknown>;

const float = (value: number): Sql => sql`${value}::double precision`;

/** The row `bucket` as it is at `now`, in SQL. */
function countOf({ perSecond, burst, clockSpeed }: Bucket, now: number) {
  const unlessWrong = (time: Sql, latest: number) =>
    sql`case when ${time} > ${float(latest + WRONG_CLOCK_MS)} then ${float(now)} else ${time} end`;
  const counted = unlessWrong(sql`bucket.counted_at_ms`, now);
  const slowedUntil = sql`(${unlessWrong(sql`bucket.slowed_until_ms`, now + SLOWED_MS / clockSpeed)})`;
  const perMs = sql`(coalesce(bucket.per_second, ${float(perSecond)}) * ${float(clockSpeed / SECOND_MS)})`;
  /** Requests that flow in from one time to a later one. */
  const flow = (from: Sql, to: Sql) => sql`(((${to}) - (${from})
    - greatest(0, least(${to}, ${slowedUntil}) - (${from})) * (1 - 1 / bucket.slowdown)) * ${perMs})`;
  const earlier = sql`least(${counted}, ${float(now)})`;
  return {
    countedAt: sql`greatest(${counted}, ${float(now)})`,
    slowedUntil,
    /** Requests in one millisecond at the full rate. */
    perMs,
    flow,
    tokens: sql`least(${float(burst)}, bucket.tokens + ${flow(earlier, float(now))})`,
  };
}
