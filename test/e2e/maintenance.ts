import { randomUUID } from 'node:crypto';
import { ScheduleNotFoundError } from '@temporalio/client';
import { maintenanceScheduleId } from '../../contract/schedule-ids';
import type { LocalService } from '../../dev/local-service';
import type { Maintained } from '../../workflows/maintain';
import { eventually } from '../eventually';

/** The queue of a stack's own workers. */
export function taskQueueOf({ env }: Pick<LocalService, 'env'>): string {
  const { TEMPORAL_TASK_QUEUE: taskQueue } = env;
  if (taskQueue === undefined) throw new Error('The stack has no task queue');
  return taskQueue;
}

/**
 * Has maintenance run no more by itself: on a whole minute it would do what a test is about to ask for. To be called
 * once a worker has started, which puts the Schedule there.
 */
export async function onlyWhenAsked(stack: Pick<LocalService, 'env' | 'temporal'>): Promise<void> {
  const schedule = stack.temporal.schedule.getHandle(maintenanceScheduleId(taskQueueOf(stack)));
  await eventually('the Schedule of maintenance', () =>
    schedule.pause('asked for by tests').then(
      () => true,
      (error: unknown) => {
        if (error instanceof ScheduleNotFoundError) return undefined;
        throw error;
      },
    ),
  );
}

/** Has maintenance run now, where its own Schedule has it run every minute; returns what it has done. */
export function maintained(stack: Pick<LocalService, 'env' | 'temporal'>): Promise<Maintained> {
  return stack.temporal.workflow.execute('maintain', {
    workflowId: `maintain-${randomUUID()}`,
    taskQueue: taskQueueOf(stack),
    workflowExecutionTimeout: '90s',
  });
}
