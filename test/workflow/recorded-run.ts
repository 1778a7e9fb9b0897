import { randomUUID } from 'node:crypto';
import type { WorkflowHandle } from '@temporalio/client';
import type { Activities } from '../../activities/create-activities';
import { createWebhookWorker } from '../../worker/create-webhook-worker';
import { createWorker } from '../../worker/create-worker';
import { runTogether, shutDown } from '../../worker/run-together';
import { testServer } from '../test-servers';
import type { History } from './histories';
import type { RealWorld } from './real-activities';
import type { Server } from './sync-runs';

/** A run that has ended. */
export interface RecordedRun {
  history: History;
  /** What its activities worked with, and a history must not hold. */
  secrets: readonly string[];
}

/** Brings one kind of run to its end, on a server in real time. */
export type RecordRun = (server: Server, world: RealWorld) => Promise<RecordedRun>;

/** Workers as a process has them, on a queue of their own, for as long as they are used. */
export async function withWorkers<Result>(
  { nativeConnection: connection }: Server,
  activities: Activities,
  use: (taskQueue: string) => Promise<Result>,
): Promise<Result> {
  const taskQueue = `queue-${randomUUID()}`;
  const shared = { connection, namespace: 'default', taskQueue, activities };
  const workflows = { bundle: { codePath: testServer('TEST_WORKFLOW_BUNDLE') } };
  const workers = await Promise.all([
    createWorker({ ...shared, workflows }),
    createWebhookWorker(shared),
  ]);
  const running = runTogether(workers);
  try {
    return await use(taskQueue);
  } finally {
    shutDown(workers);
    await running;
  }
}

/** The history of a run once it has ended, however that was. */
export async function historyOfEnded(handle: WorkflowHandle): Promise<History> {
  await Promise.allSettled([handle.result()]);
  return handle.fetchHistory();
}
