import { MalformedAnswer } from './errors';
import { reportDecimal } from './money';
import { utcTime } from './times';

/** A report's text, with the request id to name in errors where it is known. */
export type ReportSource = AsyncIterable<string> & { readonly requestId?: string | null };

/** One line of a report, its cells read by the column's name and checked. */
export interface ReportRow<Column extends string> {
  /** Trimmed; null when empty or when the report has no such column. */
  text(column: Column): string | null;
  /** Throws MalformedAnswer when empty, as do all of `required…`. */
  requiredText(column: Column): string;
  /** Plain decimal string. */
  decimal(column: Column): string | null;
  integer(column: Column): number | null;
  requiredInteger(column: Column): number;
  /** ISO UTC. */
  requiredTime(column: Column): string;
}

// Characters. Amazon's longest lines are a few KB; a file without line ends must not fill the memory.
const MAX_LINE = 1024 * 1024;

/**
 * The rows of a tab-separated report with a header. Columns are found by name, since Amazon adds and moves
 * them without notice; a row gives only those that `Column` names.
 *
 * Amazon does not quote: a title may hold a lone double quote (`5" pot`), at which a CSV parser would swallow
 * the lines up to the next one. So a line is split at its tabs and nothing else means anything.
 *
 * @throws MalformedAnswer for a file without a header, a missing required column, a line with fewer cells than the
 *   header (the file broke off), with more (a shifted row) or over 1 MB. It names line and column, never a cell's text.
 */
export async function* readReport<Column extends string>(
  source: ReportSource,
  required: readonly Column[],
): AsyncGenerator<ReportRow<Column>> {
  const fail = (what: string): never => {
    const requestId = source.requestId ?? null;
    throw new MalformedAnswer({ operation: 'downloadDocument', requestId, status: null }, what);
  };
  let header: string[] | null = null;
  let places = new Map<string, number>();
  let line = 0;

  for await (const text of linesOf(source, fail)) {
    line += 1;
    if (text === '') continue;
    const cells = text.split('\t');
    if (header === null) {
      header = cells.map((name) => name.trim().toLowerCase());
      places = new Map(header.map((name, place) => [name, place]));
      const missing = required.filter((name) => !places.has(name));
      if (missing.length > 0) fail(`The report lacks the columns ${missing.join(', ')}`);
      continue;
    }
    if (cells.length < header.length) fail(`Line ${line} of the report breaks off`);
    if (cells.slice(header.length).some((cell) => cell.trim() !== '')) {
      fail(`Line ${line} of the report has more cells than the header`);
    }
    yield rowOf(cells, places, line, fail);
  }
  // One with nothing to tell has its header all the same.
  if (header === null) fail('The report lacks its header');
}

function rowOf<Column extends string>(
  cells: readonly string[],
  places: ReadonlyMap<string, number>,
  line: number,
  fail: (what: string) => never,
): ReportRow<Column> {
  const cell = (column: Column) => {
    const place = places.get(column);
    return (place === undefined ? undefined : cells[place]?.trim()) || null;
  };
  const wrong = (column: Column, what: string) =>
    fail(`Line ${line} of the report: ${column} ${what}`);
  const required = <T>(column: Column, value: T | null): T => value ?? wrong(column, 'is empty');
  const parsed = <T>(column: Column, parse: (text: string) => T | null, what: string): T | null => {
    const text = cell(column);
    return text === null ? null : (parse(text) ?? wrong(column, `is not ${what}`));
  };
  const integer = (column: Column) => parsed(column, wholeNumber, 'a whole number');
  return {
    text: cell,
    requiredText: (column) => required(column, cell(column)),
    decimal: (column) => parsed(column, reportDecimal, 'an amount'),
    integer,
    requiredInteger: (column) => required(column, integer(column)),
    requiredTime: (column) => required(column, parsed(column, utcTime, 'a time')),
  };
}

function wholeNumber(text: string): number | null {
  return /^-?\d{1,9}$/.test(text) ? Number(text) : null;
}

/** Lines without their ends (\n or \r\n), without the mark that some files begin with. */
async function* linesOf(
  source: AsyncIterable<string>,
  fail: (what: string) => never,
): AsyncGenerator<string> {
  let rest = '';
  let isStart = true;
  const tidy = (line: string) => {
    if (line.length > MAX_LINE) fail('The report has a line of more than 1 MB');
    const text = isStart ? line.replace(/^\uFEFF/, '') : line;
    isStart = false;
    return text.endsWith('\r') ? text.slice(0, -1) : text;
  };
  for await (const piece of source) {
    const [first = '', ...others] = piece.split('\n');
    rest += first;
    for (const next of others) {
      yield tidy(rest);
      rest = next;
    }
    if (rest.length > MAX_LINE) fail('The report has a line of more than 1 MB');
  }
  if (rest !== '') yield tidy(rest);
}
