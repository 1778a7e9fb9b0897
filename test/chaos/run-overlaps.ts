import { type Client, isGrpcServiceError, WorkflowNotFoundError } from '@temporalio/client';
import { optionalTsToMs } from '@temporalio/common/lib/time';
import type { temporal } from '@temporalio/proto';
import { amazonSyncWorkflowId } from '../../contract/amazon-sync-workflow-id';

type HistoryEvent = temporal.api.history.v1.IHistoryEvent;

/** One run of a user's sync, by the times of its history; epoch ms. */
export interface Run {
  workflowId: string;
  runId: string;
  /** When its code first ran; Infinity when it never did. */
  began: number;
  /** Infinity while it runs. */
  closed: number;
}

/** Pairs of runs of one workflow id of which the later one's code ran before the earlier had closed. */
export function overlaps(runs: readonly Run[]): [Run, Run][] {
  const byId = new Map<string, Run[]>();
  for (const run of runs.filter(({ began }) => Number.isFinite(began)))
    byId.set(run.workflowId, [...(byId.get(run.workflowId) ?? []), run]);
  return [...byId.values()].flatMap((ofOne) => {
    const ordered = ofOne.toSorted((a, b) => a.began - b.began || a.closed - b.closed);
    return ordered.flatMap((run, index): [Run, Run][] => {
      // Not only the one before: a run that never closed overlaps with all that follow.
      const open = ordered.slice(0, index).find(({ closed }) => closed > run.began);
      return open === undefined ? [] : [[open, run]];
    });
  });
}

/** Every run of these users' syncs that Temporal knows, from its list and from the ids that the service keeps. */
export async function readRuns(
  client: Client,
  users: readonly string[],
  known: readonly { userKey: string; runId: string }[],
): Promise<Run[]> {
  const ids = new Map<string, { workflowId: string; runId: string }>();
  for (const { userKey, runId } of known) {
    if (runId !== '') ids.set(runId, { workflowId: amazonSyncWorkflowId(userKey), runId });
  }
  const listed = client.workflow.list({ query: "WorkflowType = 'amazonSync'" });
  for await (const { workflowId, runId } of listed) ids.set(runId, { workflowId, runId });
  for (const user of users) {
    // The list lags behind; the newest run is known at once.
    const workflowId = amazonSyncWorkflowId(user);
    const newest = await ifKept(client.workflow.getHandle(workflowId).describe());
    if (newest !== undefined) ids.set(newest.runId, { workflowId, runId: newest.runId });
  }
  const runs: Run[] = [];
  for (const { workflowId, runId } of ids.values()) {
    const history = await ifKept(client.workflow.getHandle(workflowId, runId).fetchHistory());
    if (history === undefined) continue;
    runs.push({ workflowId, runId, ...timesOf(history.events ?? [], runId) });
  }
  return runs;
}

/** gRPC's status code. */
const NOT_FOUND = 5;

/** Undefined for what Temporal has no more: after a purge the service deletes a user's executions. */
async function ifKept<Kept>(answer: Promise<Kept>): Promise<Kept | undefined> {
  try {
    return await answer;
  } catch (error) {
    const isGone =
      error instanceof WorkflowNotFoundError ||
      (isGrpcServiceError(error) && error.code === NOT_FOUND);
    if (isGone) return undefined;
    throw error;
  }
}

/**
 * When a run's code first ran and when the run closed. Its first event cannot say the former: Temporal dates the
 * start when it is asked for, then waits for whatever holds the user's current run, and so dates a start that followed
 * a termination before it (service/history/api/startworkflow: `prepareNewWorkflow`, then
 * `lockCurrentWorkflowExecution`). Its first task is handed out only once the start is written.
 */
export function timesOf(
  events: readonly HistoryEvent[],
  runId: string,
): Pick<Run, 'began' | 'closed'> {
  // The history of a run that an operator's reset began starts with that of the run before.
  const reset = events.findIndex(
    (event) => event.workflowTaskFailedEventAttributes?.newRunId === runId,
  );
  const task = events.slice(reset + 1).find((event) => event.workflowTaskStartedEventAttributes);
  const closing = events.findLast((event) => CLOSING.some((name) => event[name] != null));
  return {
    began: optionalTsToMs(task?.eventTime) ?? Number.POSITIVE_INFINITY,
    closed: optionalTsToMs(closing?.eventTime) ?? Number.POSITIVE_INFINITY,
  };
}

const CLOSING = [
  'workflowExecutionCompletedEventAttributes',
  'workflowExecutionFailedEventAttributes',
  'workflowExecutionTimedOutEventAttributes',
  'workflowExecutionCanceledEventAttributes',
  'workflowExecutionTerminatedEventAttributes',
] as const;
