import { type WorkflowExecutionDescription, WorkflowNotFoundError } from '@temporalio/client';
import { amazonSyncWorkflowId } from '../contract/amazon-sync-workflow-id';
import { called, type TemporalAccess } from './temporal-access';

/** A run of the user's sync, the newest unless told which; undefined where Temporal knows none. */
export async function describedRun(
  temporal: TemporalAccess,
  userKey: string,
  runId?: string,
): Promise<WorkflowExecutionDescription | undefined> {
  try {
    return await called(temporal, ({ workflow }) =>
      workflow.getHandle(amazonSyncWorkflowId(userKey), runId).describe(),
    );
  } catch (error) {
    if (error instanceof WorkflowNotFoundError) return undefined;
    throw error;
  }
}
