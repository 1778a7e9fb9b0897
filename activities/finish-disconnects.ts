import { type Client, isGrpcServiceError } from '@temporalio/client';
import { amazonSyncWorkflowId } from '../contract/amazon-sync-workflow-id';
import type { MaintenanceDone } from '../contract/maintenance-steps';
import { scheduledStartWorkflowId } from '../contract/schedule-ids';
import { SyncMemo } from '../contract/sync-input';
import {
  finishDisconnection,
  type OpenDisconnection,
  takeOpenDisconnections,
} from '../store/disconnections';
import type { ActivityDeps } from './activity-deps';
import { attempted } from './attempt';
import { describedRun } from './described-run';
import { eachOf } from './each-of';
import { called, type TemporalAccess } from './temporal-access';

const BATCH = 20;

/** A sync that was asked to cancel ends within seconds where a worker is; one that has not by then is terminated. */
const PATIENCE_MS = 5 * 60_000;

/** Temporal's list of executions lags behind: a run that began just before may be in it only after this. */
const LIST_LAG_MS = 60_000;

/** Executions of one user that one run deletes; a daily sync leaves three in Temporal's three days. */
const EXECUTIONS = 100;

export const createFinishDisconnects = (deps: ActivityDeps) => ({
  /** Does in Temporal what users' disconnects have left to do: ends syncs, and after a purge forgets them. */
  finishDisconnects(): Promise<MaintenanceDone> {
    return attempted(deps, null, async () => {
      const open = await takeOpenDisconnections(
        deps.db.ofMaintenance(),
        BATCH,
        new Date(deps.now()),
      );
      return eachOf(
        open,
        {
          log: deps.log,
          about: ({ userKey }) => ({ userKey }),
          message: 'disconnect not finished',
        },
        async (disconnection) => {
          if (!(await isFinished(deps, disconnection))) return false;
          const db = deps.db.ofUser(disconnection.userKey);
          await finishDisconnection(db, disconnection, new Date(deps.now()));
          return true;
        },
      );
    });
  },
});

async function isFinished(
  { temporal, now }: ActivityDeps,
  { userKey, purge, disconnectedAt }: OpenDisconnection,
): Promise<boolean> {
  const age = now() - disconnectedAt.getTime();
  const newest = await describedRun(temporal, userKey);
  if (newest?.status.name === 'RUNNING' && beganUntil(newest.memo, disconnectedAt)) {
    await called(temporal, ({ workflow }) => {
      const run = workflow.getHandle(newest.workflowId, newest.runId);
      return age > PATIENCE_MS ? run.terminate('Amazon was disconnected') : run.cancel();
    });
    return false;
  }
  if (!purge) return true;
  const deleted = await deleteExecutions(temporal, userKey, disconnectedAt);
  return deleted === 0 && age > LIST_LAG_MS;
}

/** Deletes histories and memos of what began before the purge, and nothing of a user who has connected again. */
async function deleteExecutions(
  temporal: TemporalAccess,
  userKey: string,
  until: Date,
): Promise<number> {
  const syncs = amazonSyncWorkflowId(userKey);
  const starts = `${scheduledStartWorkflowId(temporal.taskQueue, userKey)}-`;
  // A user's key holds nothing that would end the string.
  const query = `WorkflowId = '${syncs}' OR WorkflowId STARTS_WITH '${starts}'`;
  let deleted = 0;
  await called(temporal, async (client) => {
    for await (const execution of client.workflow.list({ query, pageSize: EXECUTIONS })) {
      const { workflowId, runId, memo, startTime } = execution;
      const isOld =
        workflowId === syncs
          ? beganUntil(memo, until)
          : // One user's key may begin with another's: what follows it is a time, and nothing else.
            /^\d{4}-\d\d-\d\dT[\d:]+Z$/.test(workflowId.slice(starts.length)) && startTime <= until;
      if (!isOld) continue;
      await deleteExecution(client, workflowId, runId);
      deleted += 1;
      if (deleted === EXECUTIONS) break;
    }
  });
  return deleted;
}

async function deleteExecution(client: Client, workflowId: string, runId: string): Promise<void> {
  const { namespace } = client.options;
  try {
    await client.workflowService.deleteWorkflowExecution({
      namespace,
      workflowExecution: { workflowId, runId },
    });
  } catch (error) {
    // Gone already, and the list does not know it yet.
    if (!isGrpcServiceError(error) || error.code !== NOT_FOUND) throw error;
  }
}

/** gRPC's status code. */
const NOT_FOUND = 5;

function beganUntil(memo: unknown, until: Date): boolean {
  const parsed = SyncMemo.safeParse(memo);
  return parsed.success && new Date(parsed.data.startedAt) <= until;
}
