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
 * The rows of a tab-separated report with a header, those of each piece of its text together. Columns are found by
 * name, since Amazon adds and moves them without notice; a row gives only those that `Column` names.
 *
 * Amazon does not quote: a title may hold a lone double quote (`5" pot`), at which a CSV parser would swallow
 * the lines up to the next one. So a line is split at its tabs and nothing else means anything.
 *
 * @param freeText A column that people write in. Where it is the last one, tabs in it shift nothing: what they cut off is
 *   left out, and so is a line of one cell, which is what follows a line end in it. As the last line that is not told from
 *   a file that broke off, and is refused as one: a resource that fails and says so is better than rows left out unseen.
 * @throws MalformedAnswer for a file without a header, a missing required column, a line with fewer cells than the
 *   header (the file broke off), with more (a shifted row) or over 1 MB. It names line and column, never a cell's text.
 */
export async function* readReport<Column extends string>(
  source: ReportSource,
  required: readonly Column[],
  freeText: string | null = null,
): AsyncGenerator<ReportRow<Column>[]> {
  const fail = (what: string): never => {
    const requestId = source.requestId ?? null;
    throw new MalformedAnswer({ operation: 'downloadDocument', requestId, status: null }, what);
  };
  let header: string[] | null = null;
  let places = new Map<string, number>();
  let line = 0;
  /** Since the last row, a line of free text: what it is shows when another row follows. */
  let textLine: number | null = null;

  for await (const lines of linesOf(source, fail)) {
    // A promise for each row cost more than reading it: 100,000 rows took half as long again.
    const rows: ReportRow<Column>[] = [];
    for (const text of lines) {
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
      const endsInText = header.at(-1) === freeText;
      if (cells.length === 1 && endsInText) {
        textLine ??= line;
        continue;
      }
      textLine = null;
      if (cells.length < header.length) fail(`Line ${line} of the report breaks off`);
      const isShifted = cells.slice(header.length).some((cell) => cell.trim() !== '');
      if (isShifted && !endsInText) {
        fail(`Line ${line} of the report has more cells than the header`);
      }
      rows.push(new Row(cells, places, line, fail));
    }
    yield rows;
  }
  if (textLine !== null) fail(`Line ${textLine} of the report breaks off`);
  // One with nothing to tell has its header all the same.
  if (header === null) fail('The report lacks its header');
}

class Row<Column extends string> implements ReportRow<Column> {
  constructor(
    private readonly cells: readonly string[],
    private readonly places: ReadonlyMap<string, number>,
    private readonly line: number,
    private readonly fail: (what: string) => never,
  ) {}

  text(column: Column): string | null {
    const place = this.places.get(column);
    return (place === undefined ? undefined : this.cells[place]?.trim()) || null;
  }

  requiredText(column: Column): string {
    return this.required(column, this.text(column));
  }

  decimal(column: Column): string | null {
    return this.parsed(column, reportDecimal, 'an amount');
  }

  integer(column: Column): number | null {
    return this.parsed(column, wholeNumber, 'a whole number');
  }

  requiredInteger(column: Column): number {
    return this.required(column, this.integer(column));
  }

  requiredTime(column: Column): string {
    return this.required(column, this.parsed(column, utcTime, 'a time'));
  }

  private parsed<T>(column: Column, parse: (text: string) => T | null, what: string): T | null {
    const text = this.text(column);
    return text === null ? null : (parse(text) ?? this.wrong(column, `is not ${what}`));
  }

  private required<T>(column: Column, value: T | null): T {
    return value ?? this.wrong(column, 'is empty');
  }

  private wrong(column: Column, what: string): never {
    return this.fail(`Line ${this.line} of the report: ${column} ${what}`);
  }
}

function wholeNumber(text: string): number | null {
  return /^-?\d{1,9}$/.test(text) ? Number(text) : null;
}

/** The lines that end in each piece, without their ends (\n or \r\n) and the mark that some files begin with. */
async function* linesOf(
  source: AsyncIterable<string>,
  fail: (what: string) => never,
): AsyncGenerator<string[]> {
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
    const lines: string[] = [];
    for (const next of others) {
      lines.push(tidy(rest));
      rest = next;
    }
    if (rest.length > MAX_LINE) fail('The report has a line of more than 1 MB');
    yield lines;
  }
  if (rest !== '') yield [tidy(rest)];
}
