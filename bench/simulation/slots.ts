import type { EventLoop, Part, Process } from './event-loop';
import { createDistribution, createLevel, type Distribution, type Level } from './measures';

/** The activity slots of all workers, and the queue of a task queue before them. */
export interface Slots {
  /** Waits for a slot. Users take turns, as Temporal's fairness keys have them, unless they are off. */
  take(user: number): Part;
  release(): void;
  /** Of slots that are taken. */
  readonly taken: Level;
  /** Of tasks that wait for one. */
  readonly queued: Level;
  /** How long tasks wait, ms. */
  readonly waits: Distribution;
}

/** Tasks under no user's key, of all that start daily syncs: Temporal lets them share one turn. */
export const NO_USER = -1;

export function createSlots(
  loop: EventLoop,
  { count, users, fair }: { count: number; users: number; fair: boolean },
): Slots {
  const taken = createLevel();
  const queued = createLevel();
  const waits = createDistribution();
  const queue = createTurns(users, fair);
  return {
    *take(user) {
      if (taken.now() < count) {
        taken.change(1);
        waits.add(0);
        return;
      }
      const since = loop.now();
      queue.push(user, loop.current());
      queued.change(1);
      // Whoever releases a slot hands it on.
      yield null;
      queued.change(-1);
      waits.add(loop.now() - since);
    },
    release() {
      const next = queue.shift();
      if (next === undefined) taken.change(-1);
      else loop.wake(next);
    },
    taken,
    queued,
    waits,
  };
}

/**
 * Who is next: each user's tasks are a turn apart, and a turn is over when everybody in it is through. A user who
 * comes anew joins the present turn. Without fairness everybody is in one turn, first come first served.
 */
function createTurns(users: number, fair: boolean) {
  const turns = new Map<number, Process[]>();
  const lastOf = new Float64Array(users + 1).fill(-1);
  let turn = 0;
  let served = 0;
  return {
    push(user: number, process: Process) {
      const own = fair ? Math.max(turn, (lastOf[user + 1] ?? -1) + 1) : turn;
      lastOf[user + 1] = own;
      const waiting = turns.get(own);
      if (waiting === undefined) turns.set(own, [process]);
      else waiting.push(process);
    },
    shift(): Process | undefined {
      while (turns.size > 0) {
        const waiting = turns.get(turn);
        const next = waiting?.[served];
        if (waiting !== undefined && next !== undefined) {
          served += 1;
          // What was served goes now and then, and not one by one.
          if (served === 4_096) {
            waiting.splice(0, served);
            served = 0;
          }
          return next;
        }
        turns.delete(turn);
        served = 0;
        turn += 1;
      }
      return undefined;
    },
  };
}
