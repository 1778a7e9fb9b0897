import { performance } from 'node:perf_hooks';

/** The two clocks of the sandbox: dates stay true while Amazon's waits may run fast. */
export interface SandboxClock {
  /** The calendar, epoch milliseconds: what the dates in answers are made of. */
  now(): number;
  /** Seconds that have passed at Amazon: what quotas, expiries and report generation are measured in. */
  elapsed(): number;
}

export interface ClockOptions {
  now: () => number;
  /** Seconds that pass at Amazon in one real second. */
  speed: number;
  /** Amazon's seconds themselves, for virtual time; the speed says nothing then. */
  elapsed?: () => number;
}

export function createClock({ now, speed, elapsed }: ClockOptions): SandboxClock {
  const start = performance.now();
  return { now, elapsed: elapsed ?? (() => ((performance.now() - start) / 1000) * speed) };
}
