import { setTimeout } from 'node:timers/promises';
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
  'importClaims',
]);

/** So many of the users are to be caught at it. */
const CAUGHT = 3;

/** What never comes is not waited for: the users may all be between two syncs, a server may not be back yet. */
const PATIENCE_MS = 25_000;

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
  const isCaught = async (number: number) => (await writersOf(stack, number)) > 0;
  toAmazon.stall();
  try {
    let caught: number[] = [];
    await until(async () => {
      caught = await allOf(numbers, isCaught);
      return caught.length >= CAUGHT;
    }, watch);
    for (const line of toTemporal) line.freeze();
    watch.log(`  orphaned: activities of the users ${caught.join(', ')}`);
    await operateOn(stack, 'terminate', caught, watch);
    // Whoever polls notices, and records the end.
    const isRecorded = (number: number) => isOver(stack, number);
    await until(async () => (await allOf(caught, isRecorded)).length === caught.length, watch);
  } finally {
    await toAmazon.restore();
  }
  return () => Promise.all(toTemporal.map((line) => line.restore()));
}

/** How many activities of the user's sync are at work and write. */
async function writersOf(stack: ChaosStack, number: number): Promise<number> {
  const { temporal } = stack;
  const workflow = temporal.workflow.getHandle(amazonSyncWorkflowId(stack.user(number).userId));
  const { raw } = await temporal.withDeadline(Date.now() + ASKING_MS, () => workflow.describe());
  const started = (raw.pendingActivities ?? []).filter(({ state }) => state === STARTED);
  return started.filter(({ activityType }) => WRITING.has(activityType?.name ?? '')).length;
}

async function isOver(stack: ChaosStack, number: number): Promise<boolean> {
  const running = await stack.db
    .selectFrom('syncs')
    .select('sync_id')
    .where('user_key', '=', stack.user(number).userId)
    .where('status', '=', 'in_progress')
    .executeTakeFirst();
  return running === undefined;
}

async function allOf(
  numbers: readonly number[],
  is: (number: number) => Promise<boolean>,
): Promise<number[]> {
  // A server that does not answer now is asked again.
  const answers = await Promise.all(numbers.map((number) => is(number).catch(() => false)));
  return numbers.filter((_, index) => answers[index]);
}

async function until(condition: () => Promise<boolean>, { signal }: Watch): Promise<void> {
  const begun = performance.now();
  while (!(await condition()) && performance.now() - begun < PATIENCE_MS)
    await setTimeout(LOOK_MS, undefined, { signal });
}
