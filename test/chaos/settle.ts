import { setTimeout } from 'node:timers/promises';
import { WorkflowNotFoundError } from '@temporalio/client';
import { amazonSyncWorkflowId } from '../../contract/amazon-sync-workflow-id';
import { maintenanceScheduleId } from '../../contract/schedule-ids';
import { SYNC_TASK_QUEUE } from '../../contract/sync-workflow';
import { webhookDeliveryWorkflowId } from '../../contract/webhook-delivery';
import type { ChaosStack, ChaosUser } from './chaos-stack';
import type { Frontend } from './frontend';
import { purgedConnections, rowsOf } from './left-behind';
import type { ChaosWorld } from './run-chaos';
import { deliveriesUnderWay, makeOverdue } from './undelivered';

const LOOK_MS = 500;

/** What maintenance does once a minute is asked for as often here. */
const MAINTENANCE_MS = 5_000;

const ASKING_MS = 5_000;

/**
 * For how long what is left to do may take with all of it running: a step of maintenance two minutes, an attempt of
 * which nobody knows how it ended another one.
 */
const PATIENCE_MS = 5 * 60_000;

/**
 * Lets the service finish what was begun: purges and deliveries. Then these users have everything purged while they
 * sync, and not a row of theirs may be left, also when the last of their activities has ended.
 */
export async function settle(world: ChaosWorld, leaving: readonly Frontend[]): Promise<void> {
  const { stack, notes } = world;
  await finished(world, async () => {
    const underWay = await deliveriesUnderWay(stack.db);
    await makeOverdue(stack.db, await lostOf(stack, underWay));
    return [...underWay, ...(await purgedConnections(stack.db))];
  });
  await Promise.all(leaving.map((frontend) => frontend.leaveForGood()));
  const users = leaving.map(({ user }) => user);
  const left = await finished(world, async () => {
    const open = await Promise.all(users.map((user) => openOf(stack, user)));
    const rows = await Promise.all(users.map(({ userId }) => rowsOf(stack.db, userId)));
    return [...open, ...rows].flat();
  });
  notes.leftBehind.push(...left.map((line) => `after the last purge: ${line}`));
}

/** Lets maintenance run until nothing is left of what it is asked for; returns what is all the same. */
async function finished(
  { stack, notes, signal }: ChaosWorld,
  left: () => Promise<string[]>,
): Promise<string[]> {
  const begun = performance.now();
  let maintainedAt = Number.NEGATIVE_INFINITY;
  for (;;) {
    const lines = await left();
    const now = performance.now();
    if (lines.length === 0 || now - begun > PATIENCE_MS) return lines;
    notes.moved();
    if (now - maintainedAt > MAINTENANCE_MS) {
      maintainedAt = now;
      const schedule = stack.temporal.schedule.getHandle(maintenanceScheduleId(SYNC_TASK_QUEUE));
      await stack.temporal.withDeadline(Date.now() + ASKING_MS, () => schedule.trigger());
    }
    await setTimeout(LOOK_MS, undefined, { signal });
  }
}

/** Of these deliveries those that no workflow makes. */
async function lostOf(stack: ChaosStack, ids: readonly string[]): Promise<string[]> {
  const running = await Promise.all(
    ids.map((id) => isRunning(stack, webhookDeliveryWorkflowId(id))),
  );
  return ids.filter((_, index) => !running[index]);
}

async function openOf(stack: ChaosStack, { userId }: ChaosUser): Promise<string[]> {
  return (await isRunning(stack, amazonSyncWorkflowId(userId))) ? [`a sync of ${userId}`] : [];
}

async function isRunning({ temporal }: ChaosStack, workflowId: string): Promise<boolean> {
  try {
    const { status } = await temporal.withDeadline(Date.now() + ASKING_MS, () =>
      temporal.workflow.getHandle(workflowId).describe(),
    );
    return status.name === 'RUNNING';
  } catch (error) {
    if (error instanceof WorkflowNotFoundError) return false;
    throw error;
  }
}
