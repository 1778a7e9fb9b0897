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
    /** Called once the file has been sent, or its reader has left or was cut off. */
    readonly onEnd: () => void,
  ) {}
}

/** The lines of a file of all rows, written while it is read: nothing of it is kept. */
export async function* csvLines<Row>(
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

/** A reader that takes nothing for this long is cut off, ms: it does not read, or is gone. */
const IDLE_MS = 60_000;

/** A million rows take some minutes. One that takes a little now and then would else hold its place for ever, ms. */
const LONGEST_MS = 60 * 60_000;

/** How long a reader may take; {@link IDLE_MS} and {@link LONGEST_MS} unless told. */
export interface ReaderPatience {
  idleMs?: number;
  longestMs?: number;
}

/**
 * Answers with the file. When the client leaves, or takes too long, the rows are no longer asked for; a file that was
 * cut off has no end, by which its reader tells.
 */
export function sendCsv(
  ctx: Context,
  { name, lines, onEnd }: CsvFile,
  { idleMs = IDLE_MS, longestMs = LONGEST_MS }: ReaderPatience = {},
): void {
  ctx.set('Content-Type', 'text/csv; charset=utf-8');
  ctx.set('Content-Disposition', `attachment; filename="${name}"`);
  // Until the next request of this connection, for which Node sets it anew.
  ctx.req.socket.setTimeout(idleMs);
  const tooLong = setTimeout(() => ctx.res.destroy(), longestMs);
  ctx.res.once('close', () => {
    clearTimeout(tooLong);
    onEnd();
  });
  ctx.body = Readable.from(lines, { objectMode: false, highWaterMark: 64 * 1024 });
}
