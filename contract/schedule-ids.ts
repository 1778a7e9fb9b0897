/*
 * Ids of what this service keeps in Temporal beside syncs. They begin with the task queue, so that several
 * environments in one namespace have each their own; in one with the default queue they begin with `amazon-sync`.
 */

/** The Schedule of a user's daily sync. */
export function dailyScheduleId(taskQueue: string, userKey: string): string {
  return `${taskQueue}-schedule-${userKey}`;
}

/** What the workflows that a daily Schedule starts are called; Temporal appends the time of each. */
export function scheduledStartWorkflowId(taskQueue: string, userKey: string): string {
  return `${taskQueue}-scheduled-${userKey}`;
}

/** The Schedule of the maintenance, one for all workers of a task queue. */
export function maintenanceScheduleId(taskQueue: string): string {
  return `${taskQueue}-maintenance`;
}
