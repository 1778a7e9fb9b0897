import type { Operation } from '../../amazon/usage-plans';
import { createRandom, type Random } from '../../sandbox/random';
import { type Buckets, createBuckets } from './buckets';
import { createEventLoop, type EventLoop } from './event-loop';
import {
  createDistribution,
  createLevel,
  createRate,
  type Distribution,
  type Level,
  type Rate,
} from './measures';
import { createPlaces, type Places } from './places';
import { createSlots, type Slots } from './slots';

/** What can be turned: settings of the service and of Temporal, and what they meet. */
export interface Knobs {
  sellers: number;
  /** Worker processes; each has so many slots. */
  workers: number;
  slotsPerWorker: number;
  /** MAX_SYNCS */
  maxSyncs: number;
  /** Whether Temporal has fairness on. */
  fair: boolean;
  /** Temporal's worker.schedulerNamespaceStartWorkflowRPS. */
  scheduledStartsPerSecond: number;
  /** Hours over which the sellers' daily syncs are spread; 0 where all have the default hour. */
  hours: number;
  /** What Amazon takes for a report, seconds. */
  reportSeconds: { min: number; max: number };
  /** Amazon fails each request from the first time to the second, ms; null where it does not. */
  outage: { from: number; until: number } | null;
  seed: string;
}

/** How long things take that the plans do not say, ms. */
export interface Durations {
  /** A request to Amazon, there and back. */
  requestMs: number;
  /** A step that asks PostgreSQL only. */
  databaseMs: number;
  /** Writing a row of a report or page. */
  rowMs: number;
  /** `take_sync_place`: what it takes by itself, and for each sync that runs. */
  placeMs: number;
  placeMsPerSync: number;
}

/** Rows as in docs/performance.md, places as `npm run growth` saw them; Amazon as it commonly answers. */
export const DURATIONS: Durations = {
  requestMs: 400,
  databaseMs: 20,
  rowMs: 0.2,
  placeMs: 3,
  placeMsPerSync: 0.0008,
};

export interface Measured {
  running: Level;
  starts: Rate;
  /** Attempts of activities, of any kind. */
  attempts: Rate;
  /** What Temporal Cloud bills: attempts, starts, and what a Schedule adds to them; no heartbeats and no queries. */
  actions: Rate;
  requests: Map<Operation, Rate>;
  allRequests: Rate;
  rows: Rate;
  /** Waits for the next request of a plan, of requests that had to wait. */
  quotaWaits: Distribution;
  /** From the time of the daily sync, or the first press of the button, until it runs. */
  placeWaits: Distribution;
  /** From there until it is complete. */
  took: Distribution;
  /** Looks whether there is a place, and how many found one. */
  placesAsked: number;
  complete: number;
  failed: number;
  /** Daily syncs that found no place for as long as they may wait. */
  missed: number;
}

export interface World {
  loop: EventLoop;
  random: Random;
  knobs: Knobs;
  durations: Durations;
  buckets: Buckets;
  slots: Slots;
  places: Places;
  measured: Measured;
  isAmazonDown(): boolean;
}

export function createWorld(knobs: Knobs, durations: Durations = DURATIONS): World {
  const loop = createEventLoop();
  const running = createLevel();
  const { outage } = knobs;
  return {
    loop,
    random: createRandom(`${knobs.seed}/run`),
    knobs,
    durations,
    buckets: createBuckets(knobs.sellers),
    slots: createSlots(loop, {
      count: knobs.workers * knobs.slotsPerWorker,
      users: knobs.sellers,
      fair: knobs.fair,
    }),
    places: createPlaces(loop, { most: knobs.maxSyncs, running, durations }),
    measured: {
      running,
      starts: createRate(),
      attempts: createRate(),
      actions: createRate(),
      requests: new Map(),
      allRequests: createRate(),
      rows: createRate(),
      quotaWaits: createDistribution(),
      placeWaits: createDistribution(),
      took: createDistribution(),
      placesAsked: 0,
      complete: 0,
      failed: 0,
      missed: 0,
    },
    isAmazonDown: () => outage !== null && loop.now() >= outage.from && loop.now() < outage.until,
  };
}
