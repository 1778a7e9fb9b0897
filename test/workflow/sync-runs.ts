import { randomUUID } from 'node:crypto';
import { type Client, WorkflowFailedError, type WorkflowHandle } from '@temporalio/client';
import type { temporal } from '@temporalio/proto';
import type { NativeConnection, WorkflowBundleOption } from '@temporalio/worker';
import type { Activities } from '../../activities/create-activities';
import { amazonSyncWorkflowId } from '../../contract/amazon-sync-workflow-id';
import { syncIdOf } from '../../contract/sync-id';
import type { SyncInput } from '../../contract/sync-input';
import type { SyncState } from '../../contract/sync-state';
import { SYNC_TIMEOUT_MS } from '../../contract/sync-workflow';
import { createWorker } from '../../worker/create-worker';
import type { amazonSync } from '../../workflows/amazon-sync';
import { testServer } from '../test-servers';

type History = temporal.api.history.v1.IHistory;

/** A Temporal server, skipping time or not. */
export interface Server {
  client: Client;
  nativeConnection: NativeConnection;
  /** Epoch ms by the server's clock. */
  currentTimeMs(): Promise<number>;
}

export interface RunningSync {
  handle: WorkflowHandle<typeof amazonSync>;
  input: SyncInput;
}

/** How a sync ended. */
export interface EndedSync {
  input: SyncInput;
  handle: WorkflowHandle<typeof amazonSync>;
  /** Temporal's own word: COMPLETED, FAILED, CANCELLED, … */
  status: string;
  /** What the workflow returned; null where it threw. */
  state: SyncState | null;
  /** What it threw; null where it returned. */
  failure: unknown;
  /** From Temporal's start time to its close time, in its own clock. */
  milliseconds: number;
  history: History;
}

export interface RunOptions {
  userKey?: string;
  /** Goes on beside the sync, before its end is waited for: a server that skips time does so only then. */
  during?: (sync: RunningSync) => Promise<unknown>;
  /** Goes on after its end, while its worker still runs. */
  after?: (sync: EndedSync) => Promise<unknown>;
  /** A sync that hangs fails its test here and not by Jest's limit, after which its worker would still run. */
  longestMs?: number;
  /** When Temporal ends it, ms. Default: the service's own limit. */
  timeoutMs?: number;
  /** Default: the workflows as they are. */
  bundle?: WorkflowBundleOption;
}

/** Runs one sync to its end, in a worker of its own, for a user of its own where none is named. */
export async function runSync(
  server: Server,
  activities: Activities,
  {
    userKey = `user-${randomUUID()}`,
    during,
    after,
    longestMs = LONGEST_MS,
    timeoutMs = SYNC_TIMEOUT_MS,
    bundle = { codePath: testServer('TEST_WORKFLOW_BUNDLE') },
  }: RunOptions = {},
): Promise<EndedSync> {
  const taskQueue = `queue-${randomUUID()}`;
  const worker = await createWorker({
    connection: server.nativeConnection,
    namespace: 'default',
    taskQueue,
    activities,
    workflows: { bundle },
  });
  return worker.runUntil(async () => {
    const startedAt = await server.currentTimeMs();
    const memo = {
      syncId: syncIdOf(userKey, startedAt),
      mode: 'auto',
      trigger: 'manual',
      startedAt: new Date(startedAt).toISOString(),
    } as const;
    const input: SyncInput = { ...memo, userKey };
    const handle = await server.client.workflow.start<typeof amazonSync>('amazonSync', {
      workflowId: amazonSyncWorkflowId(userKey),
      taskQueue,
      args: [input],
      memo,
      workflowIdConflictPolicy: 'FAIL',
      workflowIdReusePolicy: 'ALLOW_DUPLICATE',
      workflowExecutionTimeout: timeoutMs,
    });
    await during?.({ handle, input });
    const result = await ended(handle, longestMs);
    const { status, startTime, closeTime } = await handle.describe();
    const sync: EndedSync = {
      input,
      handle,
      ...result,
      status: status.name,
      milliseconds: Number(closeTime) - Number(startTime),
      history: await handle.fetchHistory(),
    };
    await after?.(sync);
    return sync;
  });
}

/** How many events of a history there are of each type, such as `activityTaskScheduled`. */
export function eventCounts({ events }: History): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const event of events ?? []) {
    const kind = Object.keys(event).find((key) => key.endsWith('EventAttributes')) ?? 'unknown';
    const name = kind.replace('EventAttributes', '');
    counts[name] = (counts[name] ?? 0) + 1;
  }
  return counts;
}

/** One that does not hang takes a second or two, on a machine that has more to do ten times that. */
const LONGEST_MS = 120_000;

async function ended(
  handle: RunningSync['handle'],
  longestMs: number,
): Promise<Pick<EndedSync, 'state' | 'failure'>> {
  let hangs = '';
  const giveUp = async () => {
    const { pendingActivities } = (await handle.describe()).raw;
    hangs = `The sync hangs: ${JSON.stringify(pendingActivities)}`;
    await handle.terminate(hangs);
  };
  // One that ends at this very moment cannot be terminated, and need not be.
  const limit = setTimeout(() => giveUp().catch(() => undefined), longestMs);
  try {
    return { state: await handle.result(), failure: null };
  } catch (error) {
    if (hangs !== '') throw new Error(hangs, { cause: error });
    if (!(error instanceof WorkflowFailedError)) throw error;
    return { state: null, failure: error.cause };
  } finally {
    clearTimeout(limit);
  }
}
