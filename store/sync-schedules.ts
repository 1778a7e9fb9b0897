import { sql, type Transaction } from 'kysely';
import { DEFAULT_HOUR_UTC } from '../contract/daily-run';
import { recordAudit } from './audit-events';
import type { Database } from './database';
import { inTransaction } from './in-transaction';
import type { Tables } from './tables';

/** When a user's daily sync runs. */
export interface SyncSchedule {
  enabled: boolean;
  /** 0–23 */
  hourUtc: number;
}

/** A schedule that Temporal does not follow yet. */
export interface UnappliedSchedule extends SyncSchedule {
  userKey: string;
  /** `removed` and `purged` ones have no Schedule in Temporal, and the row of a purged one goes with it. */
  status: 'active' | 'removed' | 'purged';
  version: number;
  changedAt: Date;
}

/**
 * Gives the user a daily sync, in the transaction that connects Amazon: at 02:00 UTC, or as the user had set it
 * before. Does nothing where there is one.
 */
export async function scheduleDaily(
  trx: Transaction<Tables>,
  userKey: string,
  now: Date,
): Promise<void> {
  const daily = { enabled: true, hour_utc: DEFAULT_HOUR_UTC };
  await trx
    .insertInto('sync_schedules')
    .values({ ...daily, user_key: userKey, status: 'active', version: 1, changed_at: now })
    .onConflict((conflict) =>
      conflict
        .column('user_key')
        .doUpdateSet({
          enabled: sql`case when sync_schedules.status = 'purged'
            then excluded.enabled else sync_schedules.enabled end`,
          hour_utc: sql`case when sync_schedules.status = 'purged'
            then excluded.hour_utc else sync_schedules.hour_utc end`,
          status: 'active',
          version: sql`sync_schedules.version + 1`,
          changed_at: now,
          tried_at: null,
        })
        .where('sync_schedules.status', '<>', 'active'),
    )
    .execute();
}

/** The user's daily sync; undefined where Amazon is not connected. */
export async function findSchedule(
  db: Database,
  userKey: string,
): Promise<SyncSchedule | undefined> {
  const row = await db
    .selectFrom('sync_schedules')
    .select(['enabled', 'hour_utc'])
    .where('user_key', '=', userKey)
    .where('status', '=', 'active')
    .executeTakeFirst();
  return row && { enabled: row.enabled, hourUtc: row.hour_utc };
}

/** The hour (UTC) at which the user's daily sync runs; undefined where none will. */
export async function dailyHour(db: Database, userKey: string): Promise<number | undefined> {
  const row = await db
    .selectFrom('sync_schedules')
    .select('hour_utc')
    .where('user_key', '=', userKey)
    .where('status', '=', 'active')
    .where('enabled', '=', true)
    // One that only waits to be authorized again starts nothing.
    .where(({ exists, selectFrom }) =>
      exists(
        selectFrom('connections')
          .select('id')
          .where('user_key', '=', userKey)
          .where('status', '=', 'connected'),
      ),
    )
    .executeTakeFirst();
  return row?.hour_utc;
}

/** Changes the user's daily sync; Temporal follows within a minute. Undefined where Amazon is not connected. */
export function changeSchedule(
  db: Database,
  userKey: string,
  change: Partial<SyncSchedule>,
  now: Date,
): Promise<SyncSchedule | undefined> {
  const { enabled, hourUtc } = change;
  return inTransaction(db, async (trx) => {
    const changed = await trx
      .updateTable('sync_schedules')
      .set({
        ...(enabled !== undefined && { enabled }),
        ...(hourUtc !== undefined && { hour_utc: hourUtc }),
        version: sql`version + 1`,
        changed_at: now,
        tried_at: null,
      })
      .where('user_key', '=', userKey)
      .where('status', '=', 'active')
      // Else whoever sends the same again and again keeps Temporal busy.
      .where(({ or, eb }) =>
        or([
          ...(enabled === undefined ? [] : [eb('enabled', '<>', enabled)]),
          ...(hourUtc === undefined ? [] : [eb('hour_utc', '<>', hourUtc)]),
        ]),
      )
      .returning(['enabled', 'hour_utc'])
      .executeTakeFirst();
    if (changed === undefined) return findSchedule(trx, userKey);
    const schedule = { enabled: changed.enabled, hourUtc: changed.hour_utc };
    await recordAudit(trx, { userKey, action: 'schedule_changed', at: now, details: schedule });
    return schedule;
  });
}

/**
 * Takes the daily sync away from a user who has no connection left; with `purged` also what the user had set.
 * Does nothing while a connection stands.
 */
export async function removeSchedule(
  trx: Transaction<Tables>,
  userKey: string,
  status: 'removed' | 'purged',
  now: Date,
): Promise<void> {
  // Waits for whoever connects this moment and has written the row; the next statement then sees the connection.
  await trx
    .selectFrom('sync_schedules')
    .select('user_key')
    .where('user_key', '=', userKey)
    .forUpdate()
    .execute();
  await trx
    .updateTable('sync_schedules')
    .set({ status, version: sql`version + 1`, changed_at: now, tried_at: null })
    .where('user_key', '=', userKey)
    .where('status', 'not in', [status, 'purged'])
    .where(({ not, exists, selectFrom }) =>
      not(
        exists(
          selectFrom('connections')
            .select('id')
            .where('user_key', '=', userKey)
            .where('status', '<>', 'disconnected'),
        ),
      ),
    )
    .execute();
}

/**
 * Schedules that Temporal does not follow yet, those first that nobody has tried for longest; marks them as
 * tried, so that one which cannot be applied never stands before the others.
 */
export async function takeUnappliedSchedules(
  db: Database,
  limit: number,
  now: Date,
): Promise<UnappliedSchedule[]> {
  const rows = await db
    .updateTable('sync_schedules')
    .set({ tried_at: now })
    .where('user_key', 'in', (eb) =>
      eb
        .selectFrom('sync_schedules')
        .select('user_key')
        .whereRef('applied_version', '<>', 'version')
        .orderBy('tried_at', (order) => order.asc().nullsFirst())
        .orderBy('changed_at')
        .limit(limit)
        .forUpdate()
        .skipLocked(),
    )
    .returning(['user_key', 'enabled', 'hour_utc', 'status', 'version', 'changed_at'])
    .execute();
  return rows.map((row) => ({
    userKey: row.user_key,
    enabled: row.enabled,
    hourUtc: row.hour_utc,
    status: row.status,
    version: row.version,
    changedAt: row.changed_at,
  }));
}

/**
 * Temporal follows this version now. Where the row has changed meanwhile, Temporal may have been brought back from
 * a newer version to this one: then it counts as not applied, and is brought to the newest again.
 */
export async function markScheduleApplied(
  db: Database,
  { userKey, version, status, changedAt }: UnappliedSchedule,
): Promise<void> {
  await db
    .updateTable('sync_schedules')
    .set({
      // With the time: a row that was purged and made anew counts from 1 again.
      applied_version: sql`case when version = ${version} and changed_at = ${changedAt}
        then version else 0 end`,
    })
    .where('user_key', '=', userKey)
    .execute();
  if (status !== 'purged') return;
  await db
    .deleteFrom('sync_schedules')
    .where('user_key', '=', userKey)
    .where('status', '=', 'purged')
    .where('version', '=', version)
    .where('changed_at', '=', changedAt)
    .execute();
}
