import { activityInfo } from '@temporalio/activity';
import { userOfAmazonSync } from '../contract/amazon-sync-workflow-id';

/** The user whose sync the running activity is a part of: the id of the workflow says so, in histories of old too. */
export function syncingUser(): string {
  const { workflowExecution } = activityInfo();
  const userKey = workflowExecution && userOfAmazonSync(workflowExecution.workflowId);
  if (userKey === undefined) throw new Error('This activity is a part of no sync');
  return userKey;
}
