import type { ClaimsOfMonth } from '../contract/summary';
import { sumAmounts } from './money.ts';

/** Series that a reader can tell apart by colour; the last one is for all the rest. */
const MOST_SERIES = 6;

export const OTHER = Symbol('other reasons');
export type Series = string | null | typeof OTHER;

export interface MonthFigures {
  month: string;
  claims: number;
  /** Exact, over all reasons. */
  total: string;
  /** Exact, by series, in the order of the series. */
  amounts: string[];
}

export interface ClaimsFigures {
  /** The reasons that weigh most, and the rest as one where there are too many. */
  series: Series[];
  months: MonthFigures[];
  total: string;
}

/** The currencies in which there are claims, the one with most claims first. */
export function currenciesOf(rows: readonly ClaimsOfMonth[]): (string | null)[] {
  const counts = new Map<string | null, number>();
  for (const { currency, claims } of rows) {
    counts.set(currency, (counts.get(currency) ?? 0) + claims);
  }
  return [...counts].sort(([, a], [, b]) => b - a).map(([currency]) => currency);
}

/** Claims of one currency by month and reason. Each of the months is there, with or without claims. */
export function claimsFigures(
  rows: readonly ClaimsOfMonth[],
  currency: string | null,
  months: readonly string[],
): ClaimsFigures {
  const own = rows.filter((row) => row.currency === currency);
  const series = seriesOf(own);
  const seriesFor = (reason: string | null): Series => (series.includes(reason) ? reason : OTHER);
  return {
    series,
    total: sumAmounts(own.map(({ amount }) => amount)),
    months: months.map((month) => {
      const ofMonth = own.filter((row) => row.month === month);
      return {
        month,
        claims: ofMonth.reduce((sum, { claims }) => sum + claims, 0),
        total: sumAmounts(ofMonth.map(({ amount }) => amount)),
        amounts: series.map((one) =>
          sumAmounts(
            ofMonth.filter(({ reason }) => seriesFor(reason) === one).map(({ amount }) => amount),
          ),
        ),
      };
    }),
  };
}

function seriesOf(rows: readonly ClaimsOfMonth[]): Series[] {
  const counts = new Map<string | null, number>();
  for (const { reason, claims } of rows) counts.set(reason, (counts.get(reason) ?? 0) + claims);
  const reasons = [...counts].sort(([, a], [, b]) => b - a).map(([reason]) => reason);
  return reasons.length <= MOST_SERIES ? reasons : [...reasons.slice(0, MOST_SERIES - 1), OTHER];
}

/** The last `count` months up to the one of `now` in a zone, oldest first, as `2026-11`. */
export function lastMonths(now: number, timeZone: string, count: number): string[] {
  const parts = new Intl.DateTimeFormat('en', { timeZone, year: 'numeric', month: 'numeric' });
  const part = (type: string) =>
    Number(parts.formatToParts(now).find((one) => one.type === type)?.value);
  const newest = part('year') * 12 + part('month') - 1;
  return Array.from({ length: count }, (_, index) => {
    const month = newest - count + 1 + index;
    return `${Math.floor(month / 12)}-${String((month % 12) + 1).padStart(2, '0')}`;
  });
}
