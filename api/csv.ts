import { Readable } from 'node:stream';
import type { Context } from 'koa';

/** One column of a file. */
export interface Column<Row> {
  title: string;
  value: (row: Row) => string | number | boolean | null;
  /** Amounts and numbers that we wrote ourselves; everything else may be anybody's text. */
  kind: 'text' | 'number';
}

/** A reply that is a file and not JSON. */
export class CsvFile {
  constructor(
    readonly name: string,
    readonly lines: AsyncIterable<string>,
  ) {}
}

/** A file of all rows, written while it is read: nothing of it is kept. */
export function csvFile<Row>(
  name: string,
  columns: readonly Column<Row>[],
  rows: AsyncIterable<readonly Row[]>,
): CsvFile {
  return new CsvFile(name, linesOf(columns, rows));
}

async function* linesOf<Row>(
  columns: readonly Column<Row>[],
  rows: AsyncIterable<readonly Row[]>,
): AsyncGenerator<string> {
  // With the mark, spreadsheets read UTF-8; without it, Excel takes the file for the machine's own code page.
  yield `\uFEFF${line(columns.map(({ title }) => title))}`;
  for await (const some of rows) {
    yield some.map((row) => line(columns.map((column) => cellOf(column, row)))).join('');
  }
}

/** RFC 4180: lines end with CRLF. */
function line(cells: readonly string[]): string {
  return `${cells.join(',')}\r\n`;
}

/**
 * A spreadsheet runs what begins so; titles and SKUs are written by sellers and buyers. The full-width forms count
 * where text is typed in Japanese (OWASP, "CSV Injection").
 */
const FORMULA = /^[=+\-@\t\r\n＝＋－＠]/;

function cellOf<Row>({ value, kind }: Column<Row>, row: Row): string {
  const cell = value(row);
  if (cell === null) return '';
  const text = String(cell);
  const safe = kind === 'text' && FORMULA.test(text) ? `'${text}` : text;
  return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}

/** Answers with the file. When the client leaves, the rows are no longer asked for. */
export function sendCsv(ctx: Context, { name, lines }: CsvFile): void {
  ctx.set('Content-Type', 'text/csv; charset=utf-8');
  ctx.set('Content-Disposition', `attachment; filename="${name}"`);
  ctx.body = Readable.from(lines, { objectMode: false, highWaterMark: 64 * 1024 });
}
