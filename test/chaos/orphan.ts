import { setTimeout } from 'node:timers/promises';
import { optionalTsToMs } from '@temporalio/common/lib/time';
import { amazonSyncWorkflowId } from '../../contract/amazon-sync-workflow-id';
import type { ChaosStack } from './chaos-stack';
import type { Undo, Watch } from './inflict';
import { operateOn } from './operator';
import { WORKERS } from './processes';

/** Activities that write what Amazon answers. */
const WRITING: ReadonlySet<string> = new Set([
  'importOrders',
  'searchOrders',
  'scanInventory',
  'importAccountReport',
]);

/** So many of the users are to be caught at it; on a busy machine, where they come one by one, any after a while. */
const CAUGHT = 3;
const CHOOSY_MS = 10_000;

/** What never comes is not waited for: the users may all be between two syncs, a server may not be back yet. */
const CATCHING_MS = 40_000;

/**
 * The workers give a request to Amazon up after 30 s: one that was begun so lately lasts until its sync has ended. And
 * without Temporal they cancel what could not beat for 10 s; by then the end should be recorded.
 */
const LATELY_MS = 12_000;
const RECORDING_MS = 16_000;

const LOOK_MS = 300;

/** `PENDING_ACTIVITY_STATE_STARTED`. */
const STARTED = 2;

const ASKING_MS = 5_000;

/**
 * Orphans activities in the moment before they write: without the fence, their writes are there to be seen. Returns
 * when they have got what they write; the undoing gives the workers Temporal back.
 */
export async function orphan(
  stack: ChaosStack,
  numbers: readonly number[],
  watch: Watch,
): Promise<Undo> {
  const toAmazon = stack.lines.line('workers to amazon');
  const toTemporal = WORKERS.map((name) => stack.lines.line(`${name} to temporal`));
  await stack.serversReady();
  toAmazon.stall();
  const since = Date.now();
  try {
    let caught: number[] = [];
    await until(CATCHING_MS, watch, async () => {
      caught = await allOf(numbers, (number) => isWaiting(stack, number, since));
      return caught.length >= (Date.now() - since < CHOOSY_MS ? CAUGHT : 1);
    });
    // Nobody to terminate: the plan goes on.
    if (caught.length === 0) return undefined;
    for (const line of toTemporal) line.freeze();
    watch.log(`  orphaned: activities of the users ${caught.join(', ')}`);
    const ended = await runningOf(stack, caught);
    await operateOn(stack, 'terminate', caught, watch);
    // Whoever polls notices, and records the end; and may begin the next one at once.
    await until(RECORDING_MS, watch, async () => {
      const running = await runningOf(stack, caught);
      return !running.some((syncId) => ended.includes(syncId));
    });
    watch.log('  their ends are recorded');
  } finally {
    await toAmazon.restore();
  }
  return () => Promise.all(toTemporal.map((line) => line.restore()));
}

/** Whether an activity of the user's sync waits for what it writes. Only a beat from while it does shows that it lives. */
async function isWaiting(stack: ChaosStack, number: number, since: number): Promise<boolean> {
  const { temporal } = stack;
  const workflow = temporal.workflow.getHandle(amazonSyncWorkflowId(stack.user(number).userId));
  const { raw } = await temporal.withDeadline(Date.now() + ASKING_MS, () => workflow.describe());
  return (raw.pendingActivities ?? []).some(
    ({ state, activityType, lastStartedTime, lastHeartbeatTime }) =>
      state === STARTED &&
      WRITING.has(activityType?.name ?? '') &&
      (optionalTsToMs(lastStartedTime) ?? 0) > Date.now() - LATELY_MS &&
      (optionalTsToMs(lastHeartbeatTime) ?? 0) > since,
  );
}

/** The syncs of these users that have recorded no end. */
async function runningOf(stack: ChaosStack, numbers: readonly number[]): Promise<string[]> {
  const users = numbers.map((number) => stack.user(number).userId);
  const rows = await stack.db
    .selectFrom('syncs')
    .select('sync_id')
    .where('user_key', 'in', users)
    .where('status', '=', 'in_progress')
    .execute();
  return rows.map(({ sync_id }) => sync_id);
}

async function allOf(
  numbers: readonly number[],
  is: (number: number) => Promise<boolean>,
): Promise<number[]> {
  // A server that does not answer now is asked again.
  const answers = await Promise.all(numbers.map((number) => is(number).catch(() => false)));
  return numbers.filter((_, index) => answers[index]);
}

async function until(
  patienceMs: number,
  { signal }: Watch,
  condition: () => Promise<boolean>,
): Promise<void> {
  const begun = performance.now();
  while (!(await condition()) && performance.now() - begun < patienceMs)
    await setTimeout(LOOK_MS, undefined, { signal });
}
