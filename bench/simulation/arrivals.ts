import { msToNumber } from '@temporalio/common/lib/time';
import { nextAsk } from '../../activities/admit-scheduled-sync';
import { dailyOffsetSeconds } from '../../contract/daily-run';
import { ADMISSION_STEP } from '../../workflows/activity-options';
import type { Process } from './event-loop';
import { oneSync } from './one-sync';
import { attempt } from './requests';
import type { Seller } from './sellers';
import { NO_USER } from './slots';
import type { World } from './world';

const HOUR = 3_600_000;

/** How long a daily sync waits for a place. */
const PATIENCE_MS = msToNumber(ADMISSION_STEP.scheduleToCloseTimeout);

/**
 * What Temporal Cloud bills before the sync itself: two actions for a run of a Schedule, one for the workflow that it
 * starts, and one for the start of a child beside that of the sync.
 */
const SCHEDULED_ACTIONS = 4;

/** How long somebody who was told that there is no room waits before the next press of the button, ms. */
const PRESS_AGAIN_MS = 30_000;

/** Of whom the first syncs fail and who try again when the outage is over: they come within this time, ms. */
const BACK_WITHIN_MS = 600_000;

/** The sellers' daily syncs: their Schedules start them at their times, as fast as Temporal lets Schedules start. */
export function scheduleAll(world: World, sellers: readonly Seller[]): void {
  const { hours, scheduledStartsPerSecond } = world.knobs;
  const due = sellers
    .map((seller) => {
      const hour = hours === 0 ? 0 : seller.index % hours;
      return { seller, at: hour * HOUR + dailyOffsetSeconds(`user-${seller.index}`) * 1_000 };
    })
    .sort((a, b) => a.at - b.at);
  let freeAt = 0;
  for (const { seller, at } of due) {
    freeAt = Math.max(freeAt, at) + 1_000 / scheduledStartsPerSecond;
    world.loop.start(freeAt, scheduled(world, seller, at));
  }
}

function* scheduled(world: World, seller: Seller, dueAt: number): Process {
  const { loop, slots, places, measured } = world;
  measured.actions.add(loop.now(), SCHEDULED_ACTIONS);
  const askedFirst = loop.now();
  for (;;) {
    const attemptedAt = loop.now();
    yield* attempt(world, NO_USER);
    measured.placesAsked += 1;
    const hasPlace = yield* places.take();
    slots.release();
    if (hasPlace) break;
    const wait = nextAsk(attemptedAt - askedFirst);
    if (loop.now() + wait - askedFirst > PATIENCE_MS) {
      measured.missed += 1;
      return;
    }
    yield loop.now() + wait;
  }
  measured.placeWaits.add(loop.now() - dueAt);
  const isComplete = yield* timed(world, seller, 'daily');
  // With nobody at the button, the sync of the next day brings it; here its user presses when Amazon is back.
  const { outage } = world.knobs;
  if (!isComplete && outage !== null) {
    yield Math.max(loop.now(), outage.until) + world.random.next() * BACK_WITHIN_MS;
    yield* pressed(world, seller, 'daily');
  }
}

/** Everybody presses the button within an hour: who already sells, or who has just connected. */
export function pressAll(
  world: World,
  sellers: readonly Seller[],
  kind: 'first' | 'daily',
  withinMs = HOUR,
): void {
  for (const seller of sellers) {
    world.loop.start(world.random.next() * withinMs, pressed(world, seller, kind));
  }
}

function* pressed(world: World, seller: Seller, kind: 'first' | 'daily'): Process {
  const { loop, places, measured } = world;
  const pressedAt = loop.now();
  for (;;) {
    measured.placesAsked += 1;
    if (yield* places.take()) break;
    yield loop.now() + PRESS_AGAIN_MS * (0.5 + world.random.next());
  }
  measured.placeWaits.add(loop.now() - pressedAt);
  yield* timed(world, seller, kind);
}

function* timed(world: World, seller: Seller, kind: 'first' | 'daily') {
  const { loop, measured } = world;
  const begunAt = loop.now();
  const isComplete = yield* oneSync(world, seller, kind);
  if (isComplete) measured.complete += 1;
  else measured.failed += 1;
  if (isComplete) measured.took.add(loop.now() - begunAt);
  return isComplete;
}
