import type { Client } from '@temporalio/client';
import { optionalTsToMs } from '@temporalio/common/lib/time';
import { amazonSyncWorkflowId } from '../../contract/amazon-sync-workflow-id';

/** One run of a user's sync, by the times of its history; epoch ms. */
export interface Run {
  workflowId: string;
  runId: string;
  started: number;
  /** Infinity while it runs. */
  closed: number;
}

/** Pairs of runs of one workflow id of which the later began before the earlier had closed. */
export function overlaps(runs: readonly Run[]): [Run, Run][] {
  const byId = new Map<string, Run[]>();
  for (const run of runs) byId.set(run.workflowId, [...(byId.get(run.workflowId) ?? []), run]);
  return [...byId.values()].flatMap((ofOne) => {
    const ordered = ofOne.toSorted((a, b) => a.started - b.started || a.closed - b.closed);
    return ordered.flatMap((run, index): [Run, Run][] => {
      // Not only the one before: a run that never closed overlaps with all that follow.
      const open = ordered.slice(0, index).find(({ closed }) => closed > run.started);
      return open === undefined ? [] : [[open, run]];
    });
  });
}

/** Every run of these users' syncs that Temporal knows, from its list and from the ids that the service keeps. */
export async function readRuns(
  temporal: Client,
  users: readonly string[],
  known: readonly { userKey: string; runId: string }[],
): Promise<Run[]> {
  const ids = new Map<string, { workflowId: string; runId: string }>();
  for (const { userKey, runId } of known) {
    if (runId !== '') ids.set(runId, { workflowId: amazonSyncWorkflowId(userKey), runId });
  }
  const listed = temporal.workflow.list({ query: "WorkflowType = 'amazonSync'" });
  for await (const { workflowId, runId } of listed) ids.set(runId, { workflowId, runId });
  for (const user of users) {
    // The list lags behind; the newest run is known at once.
    const workflowId = amazonSyncWorkflowId(user);
    const newest = await temporal.workflow.getHandle(workflowId).describe();
    ids.set(newest.runId, { workflowId, runId: newest.runId });
  }
  const runs: Run[] = [];
  for (const { workflowId, runId } of ids.values()) {
    const { events } = await temporal.workflow.getHandle(workflowId, runId).fetchHistory();
    // The history of a run that an operator's reset began starts with that of the run before.
    const reset = events?.find(
      (event) => event.workflowTaskFailedEventAttributes?.newRunId === runId,
    );
    const closing = events?.findLast((event) => CLOSING.some((name) => event[name] != null));
    runs.push({
      workflowId,
      runId,
      started: optionalTsToMs((reset ?? events?.[0])?.eventTime) ?? Number.NaN,
      closed: optionalTsToMs(closing?.eventTime) ?? Number.POSITIVE_INFINITY,
    });
  }
  return runs;
}

const CLOSING = [
  'workflowExecutionCompletedEventAttributes',
  'workflowExecutionFailedEventAttributes',
  'workflowExecutionTimedOutEventAttributes',
  'workflowExecutionCanceledEventAttributes',
  'workflowExecutionTerminatedEventAttributes',
] as const;
