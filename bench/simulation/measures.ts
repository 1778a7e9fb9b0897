/** Of many amounts, how large most of them are, within one per cent; it keeps counts and not amounts. */
export interface Distribution {
  add(amount: number): void;
  count(): number;
  /** The amount that so many (0 to 1) do not exceed; 0 where there is none. */
  quantile(share: number): number;
  max(): number;
}

const PRECISION = Math.log(1.01);

export function createDistribution(): Distribution {
  const counts: number[] = [];
  let total = 0;
  let largest = 0;
  return {
    add(amount) {
      // Zero has a place of its own, the first.
      const index = amount < 1 ? 0 : 1 + Math.floor(Math.log(amount) / PRECISION);
      counts[index] = (counts[index] ?? 0) + 1;
      total += 1;
      largest = Math.max(largest, amount);
    },
    count: () => total,
    quantile(share) {
      let left = share * total;
      for (let index = 0; index < counts.length; index += 1) {
        left -= counts[index] ?? 0;
        if (left <= 0) return index === 0 ? 0 : Math.min(largest, Math.exp(index * PRECISION));
      }
      return largest;
    },
    max: () => largest,
  };
}

/** How much of something there is in each second. */
export interface Rate {
  add(at: number, amount?: number): void;
  total(): number;
  /** The most within a window of so many seconds, per second. */
  peak(windowSeconds: number): number;
}

export function createRate(): Rate {
  const seconds: number[] = [];
  let total = 0;
  return {
    add(at, amount = 1) {
      const second = Math.floor(at / 1_000);
      // No holes: an array with holes is a slow one.
      while (seconds.length <= second) seconds.push(0);
      seconds[second] = (seconds[second] ?? 0) + amount;
      total += amount;
    },
    total: () => total,
    peak(windowSeconds) {
      let inside = 0;
      let most = 0;
      for (let second = 0; second < seconds.length; second += 1) {
        inside += (seconds[second] ?? 0) - (seconds[second - windowSeconds] ?? 0);
        most = Math.max(most, inside);
      }
      return most / windowSeconds;
    },
  };
}

/** How many there are of something, and how many there were at most. */
export interface Level {
  change(by: number): void;
  now(): number;
  most(): number;
}

export function createLevel(): Level {
  let level = 0;
  let most = 0;
  return {
    change(by) {
      level += by;
      most = Math.max(most, level);
    },
    now: () => level,
    most: () => most,
  };
}
