import { performance } from 'node:perf_hooks';

/** The two clocks of the sandbox: dates stay true while Amazon's waits may run fast. */
export interface SandboxClock {
  /** The calendar, epoch milliseconds: what the dates in answers are made of. */
  now(): number;
  /** Seconds that have passed at Amazon: what quotas, expiries and report generation are measured in. */
  elapsed(): number;
  /** Runs the action after that many of Amazon's seconds. Answers how to call it off. */
  after(seconds: number, action: () => void): () => void;
}

export interface ClockOptions {
  /** Seconds that pass at Amazon in one real second. */
  speed: number;
  now: () => number;
}

export function createClock({ speed, now }: ClockOptions): SandboxClock {
  const start = performance.now();
  return {
    now,
    elapsed: () => ((performance.now() - start) / 1000) * speed,
    after(seconds, action) {
      const timer = setTimeout(action, (seconds * 1000) / speed);
      return () => clearTimeout(timer);
    },
  };
}
