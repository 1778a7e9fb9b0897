import { SharedEnvironment } from '../../settings/shared-settings';
import { ACTIVITY_SLOTS } from '../../worker/create-worker';
import { pressAll, scheduleAll } from './arrivals';
import { createSellers } from './sellers';
import { createWorld, type Durations, type Knobs, type World } from './world';

const HOUR = 3_600_000;

/** Two workers, as in Compose, and every setting as it is where nobody has set it. */
export const DEFAULTS: Knobs = {
  sellers: 10_000,
  workers: 2,
  slotsPerWorker: ACTIVITY_SLOTS,
  maxSyncs: SharedEnvironment.MAX_SYNCS.parse(undefined),
  fair: true,
  scheduledStartsPerSecond: 30,
  hours: 0,
  reportSeconds: { min: 180, max: 600 },
  outage: null,
  seed: '1',
};

export const SITUATIONS = {
  daily: 'the daily syncs of all sellers',
  herd: 'everybody presses the button within one hour',
  outage: 'daily syncs, Amazon away for the first hour, and who failed presses when it is back',
  first: 'all of them are new, connect within one hour, and get their first twelve months',
} as const;

export type Situation = keyof typeof SITUATIONS;

export interface Simulated {
  situation: Situation;
  knobs: Knobs;
  world: World;
  /** How many things happened, and how long it took to simulate them, ms. */
  steps: number;
  tookMs: number;
}

export function simulate(situation: Situation, knobs: Knobs, durations?: Durations): Simulated {
  const begun = performance.now();
  const outage = situation === 'outage' ? { from: 0, until: HOUR } : null;
  const world = createWorld({ ...knobs, outage }, durations);
  const sellers = createSellers(knobs.sellers, knobs.seed);
  switch (situation) {
    case 'daily':
    case 'outage':
      scheduleAll(world, sellers);
      break;
    case 'herd':
      pressAll(world, sellers, 'daily');
      break;
    case 'first':
      pressAll(world, sellers, 'first');
      break;
    default:
      throw new Error(situation satisfies never);
  }
  const steps = world.loop.run();
  return { situation, knobs, world, steps, tookMs: performance.now() - begun };
}
