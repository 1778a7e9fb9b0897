import { type Kysely, type Migration, sql } from 'kysely';

/**
 * Buckets count requests (`tokens`, below zero while some wait) in place of the time at which they are full
 * again: that time is wrong as soon as the rate changes.
 *
 * A bucket that is full at `tat` holds `burst - (tat - t) / interval` at any `t` before it. It is counted at a
 * `t` so early that it has passed on every clock: nothing was ever reserved further ahead than half an hour and
 * one interval, so `tat` is at most `burst + 1` intervals and half an hour from now. Time then fills it up to
 * where it stood.
 */
export const quotaDebts: Migration = {
  async up(db: Kysely<unknown>): Promise<void> {
    for (const statement of STATEMENTS) await sql.raw(statement).execute(db);
  },
};

/** The plans by which the old rows were written: requests per second, at 2 % less, and the burst. */
const PLANS = `(values
  ('searchOrders', 0.0056, 20),
  ('getInventorySummaries', 2, 2),
  ('createReport', 0.0167, 15),
  ('getReport', 2, 15),
  ('getReports', 0.0222, 10),
  ('getReportDocument', 0.0167, 15),
  ('getMarketplaceParticipations', 0.016, 15)
) as plan (operation, per_second, burst)`;

const STATEMENTS = [
  `alter table quota_buckets
    add column tokens double precision,
    add column counted_at_ms double precision,
    add column per_second double precision check (per_second > 0),
    add column slowdown double precision not null default 1 check (slowdown >= 1),
    add column slowed_until_ms double precision not null default 0`,
  `update quota_buckets as bucket set
    tokens = -1 - 1800000 * plan.per_second / 1020,
    counted_at_ms = bucket.tat_ms - (plan.burst + 1) * 1020 / plan.per_second - 1800000
    from ${PLANS} where plan.operation = bucket.operation`,
  // No code has ever called another operation; a bucket without a row is a full one.
  'delete from quota_buckets where tokens is null',
  `alter table quota_buckets
    alter column tokens set not null,
    alter column counted_at_ms set not null,
    drop column tat_ms`,
];
