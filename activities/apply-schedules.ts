import {
  ScheduleAlreadyRunning,
  ScheduleNotFoundError,
  type ScheduleOptions,
  ScheduleOverlapPolicy,
} from '@temporalio/client';
import { dailyOffsetSeconds, nextRunAt } from '../contract/daily-run';
import type { MaintenanceDone } from '../contract/maintenance-steps';
import { dailyScheduleId, scheduledStartWorkflowId } from '../contract/schedule-ids';
import type { ScheduledStartInput } from '../contract/scheduled-start';
import {
  markScheduleApplied,
  takeUnappliedSchedules,
  type UnappliedSchedule,
} from '../store/sync-schedules';
import type { ActivityDeps } from './activity-deps';
import { attempted } from './attempt';
import { eachOf } from './each-of';
import { called, type TemporalAccess } from './temporal-access';

/** Some tens of milliseconds each: a batch ends well within the time of its activity. */
const BATCH = 50;

/**
 * A run that was missed because Temporal was away is made up for this long. Less than a day, so that after a longer
 * outage one run is made up and not one for each day, and none begins just before the next.
 */
const CATCH_UP_MS = 12 * 60 * 60 * 1000;

export const createApplySchedules = (deps: ActivityDeps) => ({
  /** Brings Temporal's Schedules in line with what users have set. One that fails is tried again, after the others. */
  applySchedules(): Promise<MaintenanceDone> {
    return attempted(deps, null, async () => {
      const schedules = await takeUnappliedSchedules(
        deps.db.ofMaintenance(),
        BATCH,
        new Date(deps.now()),
      );
      return eachOf(
        schedules,
        {
          log: deps.log,
          about: ({ userKey }) => ({ userKey }),
          message: 'schedule not applied yet',
        },
        async (schedule) => {
          await apply(deps, schedule);
          await markScheduleApplied(deps.db.ofUser(schedule.userKey), schedule);
          return true;
        },
      );
    });
  },
});

async function apply(deps: ActivityDeps, schedule: UnappliedSchedule): Promise<void> {
  const { temporal, now } = deps;
  const { userKey, hourUtc, changedAt } = schedule;
  if (schedule.status !== 'active' || !schedule.enabled) {
    await remove(temporal, dailyScheduleId(temporal.taskQueue, userKey));
    return;
  }
  await put(temporal, dailySchedule(temporal.taskQueue, userKey, hourUtc));
  // Temporal knows of runs from here on. One that fell between the change and this moment would be left out.
  const due = nextRunAt(userKey, hourUtc, changedAt).getTime();
  if (due <= now() && now() - due < CATCH_UP_MS) {
    const scheduleId = dailyScheduleId(temporal.taskQueue, userKey);
    await called(temporal, ({ schedule: schedules }) =>
      schedules.getHandle(scheduleId).trigger(ScheduleOverlapPolicy.SKIP),
    );
  }
}

async function put(temporal: TemporalAccess, options: ScheduleOptions): Promise<void> {
  try {
    await called(temporal, ({ schedule }) => schedule.create(options));
  } catch (error) {
    if (!(error instanceof ScheduleAlreadyRunning)) throw error;
    const { scheduleId, memo: _, ...update } = options;
    await called(temporal, ({ schedule }) =>
      // An operator who has paused it keeps it paused.
      schedule.getHandle(scheduleId).update(({ state }) => ({ ...update, state })),
    );
  }
}

async function remove(temporal: TemporalAccess, scheduleId: string): Promise<void> {
  try {
    await called(temporal, ({ schedule }) => schedule.getHandle(scheduleId).delete());
  } catch (error) {
    if (!(error instanceof ScheduleNotFoundError)) throw error;
  }
}

function dailySchedule(taskQueue: string, userKey: string, hourUtc: number): ScheduleOptions {
  const offset = dailyOffsetSeconds(userKey);
  const input: ScheduledStartInput = { userKey };
  return {
    scheduleId: dailyScheduleId(taskQueue, userKey),
    spec: {
      calendars: [{ hour: hourUtc, minute: Math.floor(offset / 60), second: offset % 60 }],
      timezone: 'UTC',
    },
    action: {
      type: 'startWorkflow',
      workflowType: 'startScheduledSync',
      workflowId: scheduledStartWorkflowId(taskQueue, userKey),
      taskQueue,
      args: [input],
      staticSummary: `Daily sync of ${userKey}`,
      // It waits that long for a worker, for the same reason.
      workflowExecutionTimeout: CATCH_UP_MS,
    },
    policies: { overlap: ScheduleOverlapPolicy.SKIP, catchupWindow: CATCH_UP_MS },
  };
}
