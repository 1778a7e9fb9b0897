import type { Route } from './route.ts';

/** One filter of a list; its name is that of the query parameter. */
export interface FilterField {
  name: string;
  label: string;
  kind: 'text' | 'day' | 'choice';
  /** Of a choice. */
  options?: readonly { value: string; label: string }[];
  /** What a choice says where none is made. Default: Any. */
  noChoice?: string;
  /** Of a day: whether it is the last one that counts. */
  isEnd?: boolean;
}

/** What the API is asked: a reader's days as moments, of which `to` is the first that no longer counts. */
export function filterQuery(
  fields: readonly FilterField[],
  query: Route['query'],
): Record<string, string> {
  const asked: Record<string, string> = {};
  for (const { name, kind, isEnd = false } of fields) {
    const value = query[name];
    if (value === undefined || value === '') continue;
    const moment = kind === 'day' ? midnightOf(value, isEnd ? 1 : 0) : value;
    if (moment !== null) asked[name] = moment;
  }
  return asked;
}

/** The beginning of a day in the reader's zone, ISO UTC; null for what is no day. */
function midnightOf(day: string, daysLater: number): string | null {
  const parts = /^(\d{4})-(\d{2})-(\d{2})$/.exec(day);
  if (parts === null) return null;
  const [, year, month, date] = parts.map(Number);
  // The constructor of three numbers is the one that reads them as local.
  return new Date(year ?? 0, (month ?? 1) - 1, (date ?? 1) + daysLater).toISOString();
}
