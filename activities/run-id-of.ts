import { activityInfo } from '@temporalio/activity';

/** The run id of the workflow that this activity belongs to. */
export function runIdOf(): string {
  const { workflowExecution } = activityInfo();
  if (workflowExecution === undefined) throw new Error('This activity belongs to no workflow');
  return workflowExecution.runId;
}
