import type { Bench } from './bench';

/** Figures that are measured together, since one world shows them all. */
export interface Benchmark {
  figures: readonly FigureSpec[];
  /** Answers a measure for each of its figures. Throws when what was measured was not right. */
  run(bench: Bench): Promise<Record<string, Measure>>;
}

/** One figure: ours against a yardstick that does the same with nothing of ours between. */
export interface FigureSpec {
  name: string;
  /** What is measured, and what it is held against. */
  says: string;
  target: Target;
}

export type Target = { atMost: number } | { atLeast: number };

export interface Measure {
  /** What is held against the target: a ratio where there is a yardstick. */
  value: number;
  ours: string;
  yardstick: string | null;
}

export function meets(target: Target, value: number): boolean {
  return 'atMost' in target ? value <= target.atMost : value >= target.atLeast;
}

export function describeTarget(target: Target): string {
  return 'atMost' in target ? `<= ${target.atMost}` : `>= ${target.atLeast}`;
}

/** Three digits say all that a noisy machine can. */
export function rounded(value: number): number {
  return Number(value.toPrecision(3));
}

/** An amount for people. */
export function amount(value: number, unit: string): string {
  return `${rounded(value).toLocaleString('en-US', { maximumFractionDigits: 6 })} ${unit}`;
}

/** A figure without a yardstick: its target is an amount. */
export function plain(value: number, unit: string): Measure {
  return { value, ours: amount(value, unit), yardstick: null };
}

export function expect(holds: boolean, what: string, found: unknown): void {
  if (!holds) throw new Error(`Expected ${what}; found ${String(found)} ${JSON.stringify(found)}`);
}
