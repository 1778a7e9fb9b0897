import type { EventLoop, Part } from './event-loop';
import { createDistribution, type Distribution, type Level } from './measures';

/** The places of `take_sync_place`. */
export interface Places {
  /** Asks for one, whether there is. Whoever gets one has it until the sync has ended. */
  take(): Part<boolean>;
  /** How long it took to be told, ms. */
  readonly waits: Distribution;
}

/** One after the other, under the lock: each counts the syncs that run. */
export function createPlaces(
  loop: EventLoop,
  {
    most,
    running,
    durations: { placeMs, placeMsPerSync },
  }: {
    most: number;
    running: Level;
    durations: { placeMs: number; placeMsPerSync: number };
  },
): Places {
  let freeAt = 0;
  const waits = createDistribution();
  return {
    *take() {
      const since = loop.now();
      freeAt = Math.max(freeAt, since) + placeMs + placeMsPerSync * running.now();
      yield freeAt;
      waits.add(loop.now() - since);
      if (running.now() >= most) return false;
      running.change(1);
      return true;
    },
    waits,
  };
}
