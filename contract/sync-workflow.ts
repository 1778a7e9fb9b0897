/** The task queue that workers of this service poll. */
export const SYNC_TASK_QUEUE = 'amazon-sync';

/** The query that answers a {@link import('./sync-state').SyncState}. */
export const SYNC_STATE_QUERY = 'syncState';

/**
 * The longest a sync may take before Temporal ends it: more than its steps may take one after the other (two
 * hours to prepare, twenty for the slowest resource, a day to record the outcome), so that it is always the
 * sync itself that says how it ended.
 */
export const SYNC_TIMEOUT_MS = 48 * 60 * 60 * 1000;
