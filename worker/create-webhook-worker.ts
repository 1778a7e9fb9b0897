import { type NativeConnection, Worker } from '@temporalio/worker';
import type { Activities } from '../activities/create-activities';
import { webhookTaskQueue } from '../contract/webhook-delivery';
import type { Tracer } from '../observability/tracer';
import { activityContext } from './activity-context';
import { deploymentOf, type WorkerVersion } from './deployment-of';

export interface WebhookWorkerDeps {
  connection: NativeConnection;
  namespace: string;
  activities: Pick<Activities, 'postWebhook'>;
  /** The queue of the workflows. */
  taskQueue: string;
  version?: WorkerVersion;
  tracer?: Tracer;
}

/**
 * Makes the requests to receivers, in slots of their own: one that hangs has its slot for 15 s, and many of them
 * must not hold up the steps of syncs.
 */
export function createWebhookWorker(deps: WebhookWorkerDeps): Promise<Worker> {
  return Worker.create({
    connection: deps.connection,
    namespace: deps.namespace,
    taskQueue: webhookTaskQueue(deps.taskQueue),
    interceptors: { activity: [activityContext(deps.tracer)] },
    activities: { postWebhook: deps.activities.postWebhook },
    ...deploymentOf(deps.version),
    // A request ends within 15 s by itself; what is cancelled would only be sent again.
    shutdownGraceTime: '20s',
    shutdownForceTime: '30s',
    // 20 that hang for 15 s still leave 80 deliveries a minute.
    maxConcurrentActivityTaskExecutions: 20,
  });
}
