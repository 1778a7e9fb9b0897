import { randomUUID } from 'node:crypto';
import type { LocalService } from '../../dev/local-service';
import type { Maintained } from '../../workflows/maintain';

/** The queue of a stack's own workers. */
export function taskQueueOf({ env }: Pick<LocalService, 'env'>): string {
  const { TEMPORAL_TASK_QUEUE: taskQueue } = env;
  if (taskQueue === undefined) throw new Error('The stack has no task queue');
  return taskQueue;
}

/** Has maintenance run now, where its own Schedule has it run every minute; returns what it has done. */
export function maintained(stack: Pick<LocalService, 'env' | 'temporal'>): Promise<Maintained> {
  return stack.temporal.workflow.execute('maintain', {
    workflowId: `maintain-${randomUUID()}`,
    taskQueue: taskQueueOf(stack),
    workflowExecutionTimeout: '30s',
  });
}
