/** A half-open range of time, ISO UTC. */
export interface TimeRange {
  from: string;
  to: string;
}

const DAY = 86_400_000;

/**
 * The two halves of a range, the newer one first, cut at a whole second as Amazon's ranges are; null for a range
 * of a day or less.
 */
export function halvesOf({ from, to }: TimeRange): [TimeRange, TimeRange] | null {
  const start = Date.parse(from);
  const end = Date.parse(to);
  if (end - start <= DAY) return null;
  const middle = new Date(Math.floor((start + end) / 2000) * 1000).toISOString();
  return [
    { from: middle, to },
    { from, to: middle },
  ];
}
