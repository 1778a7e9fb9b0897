/**
 * The id under which a user's sync runs. It derives from the user alone, so Temporal itself guarantees
 * that one user never has two syncs at once.
 */
export function amazonSyncWorkflowId(userKey: string): string {
  return `amazon-sync-${userKey}`;
}
