import { setTimeout } from 'node:timers/promises';
import {
  type Client,
  ScheduleAlreadyRunning,
  type ScheduleOptions,
  ScheduleOverlapPolicy,
} from '@temporalio/client';
import { maintenanceScheduleId } from '../contract/schedule-ids';
import type { Logger } from '../observability/logger';
import { stoppableCalls } from './stoppable-calls';

const FIRST_PAUSE_MS = 1_000;
const LONGEST_PAUSE_MS = 60_000;

interface MaintenanceScheduleDeps {
  temporal: Client;
  taskQueue: string;
  log: Logger;
  /** Gives up on it. */
  signal: AbortSignal;
}

/**
 * Sees to it that maintenance runs every minute. Each worker does so at its start: whoever is first makes the
 * Schedule, the others bring it to what their code says. Keeps on trying while Temporal is away, and never throws.
 */
export async function keepMaintenanceScheduled(deps: MaintenanceScheduleDeps): Promise<void> {
  const { log, signal } = deps;
  for (let pause = FIRST_PAUSE_MS; !signal.aborted; pause = Math.min(2 * pause, LONGEST_PAUSE_MS)) {
    try {
      await putSchedule(deps);
      return;
    } catch (error) {
      if (signal.aborted) return;
      const name = error instanceof Error ? error.name : 'Error';
      log.warn({ error: name, pauseMs: pause }, 'maintenance is not scheduled yet');
      await setTimeout(pause, undefined, { signal }).catch(() => undefined);
    }
  }
}

async function putSchedule({
  temporal,
  taskQueue,
  signal,
}: MaintenanceScheduleDeps): Promise<void> {
  const options = maintenanceSchedule(taskQueue);
  const called = stoppableCalls(temporal, signal);
  try {
    await called(() => temporal.schedule.create(options));
  } catch (error) {
    if (!(error instanceof ScheduleAlreadyRunning)) throw error;
    const { scheduleId, ...update } = options;
    await called(() =>
      // An operator who has paused it keeps it paused.
      temporal.schedule.getHandle(scheduleId).update(({ state }) => ({ ...update, state })),
    );
  }
}

function maintenanceSchedule(taskQueue: string): ScheduleOptions {
  const scheduleId = maintenanceScheduleId(taskQueue);
  return {
    scheduleId,
    spec: { intervals: [{ every: '1m' }] },
    action: {
      type: 'startWorkflow',
      workflowType: 'maintain',
      workflowId: `${scheduleId}-run`,
      taskQueue,
      staticSummary: 'What is due, every minute',
      // More than its steps may take, and an end for one that nobody takes up.
      workflowExecutionTimeout: '10m',
    },
    // What a run would have done, the next one does: none is made up for, and none waits behind another.
    policies: { overlap: ScheduleOverlapPolicy.SKIP, catchupWindow: '10s' },
  };
}
