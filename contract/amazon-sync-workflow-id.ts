/**
 * The id under which a user's sync runs. It derives from the user alone, so Temporal itself guarantees
 * that one user never has two syncs at once.
 */
export function amazonSyncWorkflowId(userKey: string): string {
  return `${PREFIX}${userKey}`;
}

/** The user whose sync runs under an id; undefined where it is that of another workflow. */
export function userOfAmazonSync(workflowId: string): string | undefined {
  return workflowId.startsWith(PREFIX) ? workflowId.slice(PREFIX.length) : undefined;
}

const PREFIX = 'amazon-sync-';
