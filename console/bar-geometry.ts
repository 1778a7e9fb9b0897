/** One block of a stacked bar. */
export interface BarPart {
  /** Which of the chart's series it belongs to. */
  series: number;
  /** Below zero hangs under the line. */
  value: number;
  /** What it says to a reader: exact, with its unit. */
  words: string;
}

export interface Bar {
  /** Names the bar in full. */
  label: string;
  /** Stands below it, where there is room. */
  tick: string;
  parts: readonly BarPart[];
}

/** Where a block stands, in the unit of the values. */
export interface Block extends BarPart {
  from: number;
  to: number;
}

/** Stacks the parts of a bar: those above zero upwards, those below downwards. */
export function stacked(parts: readonly BarPart[]): Block[] {
  let above = 0;
  let below = 0;
  return parts
    .filter(({ value }) => value !== 0)
    .map((part) => {
      const from = part.value > 0 ? above : below;
      const to = from + part.value;
      if (part.value > 0) above = to;
      else below = to;
      return { ...part, from, to };
    });
}

/** Round numbers from below the lowest to above the highest end of any bar; zero is always among them. */
export function ticksOf(bars: readonly Bar[]): number[] {
  const ends = bars.flatMap(({ parts }) => stacked(parts).map(({ to }) => to));
  const lowest = Math.min(0, ...ends);
  const highest = Math.max(0, ...ends);
  const step = roundStep((highest - lowest) / 4 || 1);
  const first = Math.floor(lowest / step);
  const last = Math.max(Math.ceil(highest / step), first + 1);
  return Array.from({ length: last - first + 1 }, (_, index) => (first + index) * step);
}

/** 1, 2 or 5 times a power of ten, and at least 1: nothing here is counted in parts. */
function roundStep(atLeast: number): number {
  const power = 10 ** Math.floor(Math.log10(atLeast));
  const step = [1, 2, 5, 10].find((times) => times * power >= atLeast) ?? 10;
  return Math.max(1, step * power);
}

/** How many bars there are from one that is named to the next, so that names do not touch. */
export function tickStride(bars: number, width: number, tickWidth: number): number {
  return Math.max(1, Math.ceil((bars * tickWidth) / Math.max(width, 1)));
}
