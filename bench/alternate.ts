import { amount, type Measure } from './benchmark';

/** What one round has measured of ours and of the yardstick. */
export interface Round {
  ours: number;
  yardstick: number;
}

/**
 * Measures ours and the yardstick in turn, so that both meet the same machine. The first round warms both up and
 * does not count; from then on it is the other one's turn to begin, for whoever comes second finds warm caches.
 */
export async function alternate(
  unit: string,
  rounds: number,
  ours: () => Promise<number>,
  yardstick: () => Promise<number>,
): Promise<Measure> {
  const measured: Round[] = [];
  for (let round = 0; round <= rounds; round += 1) {
    const pair =
      round % 2 === 0
        ? { ours: await ours(), yardstick: await yardstick() }
        : await reversed(ours, yardstick);
    if (round > 0) measured.push(pair);
  }
  return ratioOf(unit, measured);
}

async function reversed(ours: () => Promise<number>, yardstick: () => Promise<number>) {
  const measured = await yardstick();
  return { ours: await ours(), yardstick: measured };
}

/** Medians over the rounds; the ratio is that of the rounds' ratios, in which the noise of the machine cancels out. */
export function ratioOf(unit: string, rounds: readonly Round[]): Measure {
  return {
    value: median(rounds.map((round) => round.ours / round.yardstick)),
    ours: amount(median(rounds.map((round) => round.ours)), unit),
    yardstick: amount(median(rounds.map((round) => round.yardstick)), unit),
  };
}

export function median(values: readonly number[]): number {
  return middleOf(values, (value) => value);
}

/** The one whose value is the median. */
export function middleOf<One>(all: readonly One[], figureOf: (one: One) => number): One {
  const sorted = all.toSorted((one, other) => figureOf(one) - figureOf(other));
  const middle = sorted[Math.floor(sorted.length / 2)];
  if (middle === undefined) throw new Error('There is no median of nothing');
  return middle;
}
