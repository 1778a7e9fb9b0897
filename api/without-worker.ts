import { optionalTsToMs } from '@temporalio/common/lib/time';
import type { temporal } from '@temporalio/proto';
import { isScheduled } from './pending-activities';

type Described = temporal.api.workflowservice.v1.IDescribeWorkflowExecutionResponse;

/** The first task waits in the common queue, so without a worker it shows at once. */
const FIRST_TASK_MS = 1_000;

/**
 * A later task waits 10 s at most for the worker that had the workflow (its sticky queue) before any other
 * may take it. Until then the worker was killed and is replaced; after that there is none.
 */
const LATER_TASK_MS = 12_000;

/** Events of a workflow that no worker has seen yet: started, and its first task scheduled. */
const UNSEEN_EVENTS = 2;

/** Whether a task has been waiting for so long that no worker can be there to take it. */
export function isWithoutWorker(
  described: Described,
  historyLength: number,
  now = Date.now(),
): boolean {
  const waiting = [
    ...(described.pendingWorkflowTask?.startedTime == null
      ? [described.pendingWorkflowTask?.scheduledTime]
      : []),
    ...(described.pendingActivities ?? []).map((activity) =>
      isScheduled(activity) ? activity.scheduledTime : undefined,
    ),
  ];
  const patience = historyLength <= UNSEEN_EVENTS ? FIRST_TASK_MS : LATER_TASK_MS;
  return waiting.some((scheduled) => {
    const since = optionalTsToMs(scheduled);
    return since !== undefined && now - since > patience;
  });
}
