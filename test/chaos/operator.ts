import { randomUUID } from 'node:crypto';
import type { Client } from '@temporalio/client';
import { amazonSyncWorkflowId } from '../../contract/amazon-sync-workflow-id';
import type { ChaosStack } from './chaos-stack';
import type { Watch } from './inflict';

/** What an operator does to a user's sync in Temporal, past the service. */
export type Deed = 'terminate' | 'reset';

/** How long an operator waits for an answer. */
const PATIENCE_MS = 5_000;

/** Throws when no sync of the user runs, or Temporal is away. */
export async function operate(temporal: Client, deed: Deed, userKey: string): Promise<void> {
  await temporal.withDeadline(Date.now() + PATIENCE_MS, async () => {
    const workflowId = amazonSyncWorkflowId(userKey);
    const { runId, status } = await temporal.workflow.getHandle(workflowId).describe();
    if (status.name !== 'RUNNING') throw new Error('No sync runs');
    const run = temporal.workflow.getHandle(workflowId, runId);
    if (deed === 'terminate') await run.terminate('chaos');
    else {
      const { events } = await run.fetchHistory();
      const firstTask = events?.find((event) => event.workflowTaskCompletedEventAttributes != null);
      if (firstTask === undefined) throw new Error('The sync has not begun');
      await temporal.workflowService.resetWorkflowExecution({
        namespace: temporal.options.namespace,
        workflowExecution: { workflowId, runId },
        reason: 'chaos',
        requestId: randomUUID(),
        workflowTaskFinishEventId: firstTask.eventId,
      });
    }
  });
}

/** Does it to the users with these numbers, all at once; what Temporal refuses, or cannot hear, is let be. */
export async function operateOn(
  stack: ChaosStack,
  deed: Deed,
  numbers: readonly number[],
  { log }: Watch,
): Promise<void> {
  const operated = numbers.map(async (number) => {
    const { userId } = stack.user(number);
    await operate(stack.temporal, deed, userId).catch((error: unknown) =>
      log(`  no ${deed} of ${userId}: ${String(error)}`),
    );
  });
  await Promise.all(operated);
}
