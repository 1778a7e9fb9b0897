import { randomUUID } from 'node:crypto';
import type { Client } from '@temporalio/client';

export interface RunToReset {
  workflowId: string;
  runId: string;
  /** The task after which it goes on: the first one that was completed, or the last. */
  after: 'first' | 'last';
}

/** What an operator does with `temporal workflow reset`; returns the id of the run that goes on. */
export async function resetRun(
  { workflow, workflowService }: Client,
  { workflowId, runId, after }: RunToReset,
): Promise<string> {
  const { events } = await workflow.getHandle(workflowId, runId).fetchHistory();
  const completed = events?.filter((event) => event.workflowTaskCompletedEventAttributes);
  const reset = await workflowService.resetWorkflowExecution({
    namespace: 'default',
    workflowExecution: { workflowId, runId },
    reason: 'try again',
    requestId: randomUUID(),
    workflowTaskFinishEventId: completed?.at(after === 'first' ? 0 : -1)?.eventId,
  });
  return reset.runId;
}
