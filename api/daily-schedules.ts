import { nextRunAt } from '../contract/daily-run';
import type { ScheduleBody, ScheduleChange } from '../contract/schedule-body';
import { currentConnections } from '../store/connections';
import type { ScopedDatabase } from '../store/scoped-database';
import { changeSchedule, dailyHour, findSchedule, scheduleDaily } from '../store/sync-schedules';

/** Users' daily syncs. Only rows are read and written here; Temporal follows them by itself. */
export interface DailySchedules {
  /** Undefined where Amazon is not connected. */
  read(userKey: string): Promise<ScheduleBody | undefined>;
  change(userKey: string, change: ScheduleChange): Promise<ScheduleBody | undefined>;
  /** When the next daily sync begins; null where none will. */
  next(userKey: string): Promise<string | null>;
}

interface DailySchedulesDeps {
  db: ScopedDatabase;
  /** Epoch ms. */
  now: () => number;
}

export function createDailySchedules({ db, now }: DailySchedulesDeps): DailySchedules {
  async function next(userKey: string): Promise<string | null> {
    const hourUtc = await dailyHour(db.ofUser(userKey), userKey);
    return hourUtc === undefined
      ? null
      : nextRunAt(userKey, hourUtc, new Date(now())).toISOString();
  }

  /** Who was connected by a process of a version without daily syncs gets one when somebody asks for it. */
  async function given(userKey: string) {
    const known = await findSchedule(db.ofUser(userKey), userKey);
    if (known !== undefined) return known;
    if ((await currentConnections(db.ofUser(userKey), userKey)).length === 0) return undefined;
    await db
      .ofUser(userKey)
      .transaction()
      .execute((trx) => scheduleDaily(trx, userKey, new Date(now())));
    return findSchedule(db.ofUser(userKey), userKey);
  }

  return {
    next,
    async read(userKey) {
      const schedule = await given(userKey);
      return schedule && { success: true, ...schedule, nextRunAt: await next(userKey) };
    },
    async change(userKey, change) {
      if ((await given(userKey)) === undefined) return undefined;
      const schedule = await changeSchedule(db.ofUser(userKey), userKey, change, new Date(now()));
      return schedule && { success: true, ...schedule, nextRunAt: await next(userKey) };
    },
  };
}
