import { SHORT_WAIT_MS } from '../../activities/amazon-calls';
import { AMAZON_FAULTS, backoff } from '../../activities/failure-of';
import type { Operation } from '../../amazon/usage-plans';
import { HORIZON_MS } from '../../store/quota-buckets';
import type { Part } from './event-loop';
import { createRate } from './measures';
import type { Seller } from './sellers';
import type { World } from './world';

/** What an activity asks Amazon for. */
export interface Requests {
  operation: Operation;
  pages: number;
  /** Written after each page. */
  rowsPerPage: number;
  /** How long a page after the first may wait inside the attempt, ms. */
  longestWaitMs?: number;
  /** Whether an attempt after a wait starts over. */
  startsOver?: boolean;
}

/** An activity that makes requests of one operation, each when its turn comes; whether it got through. */
export function* requests(
  world: World,
  seller: Seller,
  { operation, pages, rowsPerPage, longestWaitMs = SHORT_WAIT_MS, startsOver = false }: Requests,
): Part<boolean> {
  const { loop, slots, buckets, measured, durations } = world;
  let done = 0;
  let faults = 0;
  let kept: number | null = null;
  for (;;) {
    // Where the attempt ends in a wait: when the next one begins.
    let nextAt: number | null = null;
    yield* attempt(world, seller.index);
    while (done < pages && nextAt === null) {
      const turn: number | null = kept ?? buckets.reserve(seller.index, operation, loop.now());
      kept = null;
      const wait = turn === null ? HORIZON_MS : turn - loop.now();
      if (wait > 0) measured.quotaWaits.add(wait);
      if (wait > (done === 0 ? SHORT_WAIT_MS : longestWaitMs)) {
        nextAt = loop.now() + wait;
        kept = turn;
        if (startsOver) done = 0;
        break;
      }
      if (wait > 0) yield loop.now() + wait;
      countRequest(world, operation);
      yield loop.now() + durations.requestMs + rowsPerPage * durations.rowMs;
      if (world.isAmazonDown()) {
        faults += 1;
        if (faults >= AMAZON_FAULTS) break;
        nextAt = loop.now() + backoff(faults, world.random.next);
        if (startsOver) done = 0;
      } else {
        done += 1;
        faults = 0;
        if (rowsPerPage > 0) measured.rows.add(loop.now(), rowsPerPage);
      }
    }
    slots.release();
    if (nextAt === null) return faults < AMAZON_FAULTS;
    yield nextAt;
  }
}

/** Begins an attempt of an activity: one action, and a slot, which the caller releases. */
export function* attempt({ loop, slots, measured }: World, user: number): Part {
  measured.attempts.add(loop.now());
  measured.actions.add(loop.now());
  yield* slots.take(user);
}

export function countRequest({ loop, measured }: World, operation: Operation): void {
  const rate = measured.requests.get(operation) ?? createRate();
  measured.requests.set(operation, rate);
  rate.add(loop.now());
  measured.allRequests.add(loop.now());
}

/** A step that asks PostgreSQL only. */
export function* databaseStep(world: World, user: number): Part {
  yield* attempt(world, user);
  yield world.loop.now() + world.durations.databaseMs;
  world.slots.release();
}
