import { join } from 'node:path';
import {
  type InjectedSinks,
  type NativeConnection,
  Worker,
  type WorkflowBundleOption,
} from '@temporalio/worker';
import type { Activities } from '../activities/create-activities';
import type { RunSinks } from '../contract/run-sinks';
import { contextOf } from '../observability/call-context';
import { NO_TRACER, type Tracer } from '../observability/tracer';
import { activityContext } from './activity-context';
import { deploymentOf, type WorkerVersion } from './deployment-of';

export interface WorkerDeps {
  connection: NativeConnection;
  namespace: string;
  activities: Activities;
  /** Built beforehand, or made from the workflows' source at start. */
  workflows: { bundle: WorkflowBundleOption } | { path: string };
  taskQueue: string;
  identity?: string;
  version?: WorkerVersion;
  tracer?: Tracer;
}

/**
 * How long a worker that stops lets its activities go on: most steps end within it. What does not is
 * cancelled, and another worker takes it up.
 */
const SHUTDOWN_GRACE = '20s';

/** Imports hold a connection to PostgreSQL and one to Amazon each; waits hold nothing. */
export const ACTIVITY_SLOTS = 40;

const WORKFLOW_INTERCEPTORS = join(__dirname, '..', 'workflows', 'context-interceptors');

function toldOfRuns(tracer: Tracer): InjectedSinks<RunSinks> {
  return {
    runs: {
      ended: {
        fn({ workflowType, workflowId, runId, startTime }, headers, end) {
          const run = { workflowType, workflowId, runId, startedAt: startTime, end };
          tracer.runEnded(run, contextOf(headers));
        },
        callDuringReplay: false,
      },
    },
  };
}

/** The process side of a sync: runs workflows and activities until it is shut down. */
export function createWorker(deps: WorkerDeps): Promise<Worker> {
  const { tracer = NO_TRACER } = deps;
  const interceptors = { activity: [activityContext(tracer)] };
  return Worker.create({
    connection: deps.connection,
    namespace: deps.namespace,
    taskQueue: deps.taskQueue,
    ...('bundle' in deps.workflows
      ? { workflowBundle: deps.workflows.bundle, interceptors }
      : {
          workflowsPath: deps.workflows.path,
          interceptors: { ...interceptors, workflowModules: [WORKFLOW_INTERCEPTORS] },
        }),
    sinks: toldOfRuns(tracer),
    activities: deps.activities,
    ...deploymentOf(deps.version),
    ...(deps.identity !== undefined && { identity: deps.identity }),
    // At the default of 60 s a cancelled activity that beats every 2 s would learn of it much later.
    maxHeartbeatThrottleInterval: '1s',
    defaultHeartbeatThrottleInterval: '1s',
    shutdownGraceTime: SHUTDOWN_GRACE,
    shutdownForceTime: '30s',
    maxConcurrentActivityTaskExecutions: ACTIVITY_SLOTS,
  });
}
