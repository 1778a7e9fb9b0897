import type { ReportRow } from './report-table';

const BATCH = 500;

/** A report of nothing but equal lines, which Amazon does not make, must not become one statement. */
const LARGEST_BATCH = 5_000;

/**
 * Lines of a report that has no key for them, in batches of 500: numbered among those whose `keyOf` agrees, from 0. A batch
 * has more where it would part neighbours that agree, which are never many: the lines of one order's item, or of one
 * reimbursement.
 *
 * What has come is kept for that, one key a line: some 100 bytes, 10 MB for 100,000 lines, far more than a year of a
 * big seller, and the only thing here that grows with the file.
 */
export async function* numberedLines<Column extends string, Line>(
  report: AsyncIterable<ReportRow<Column>[]>,
  lineOf: (row: ReportRow<Column>) => Line,
  keyOf: (line: Line) => readonly (string | null)[],
): AsyncGenerator<(Line & { occurrence: number })[]> {
  const seen = new Map<string, number>();
  let batch: (Line & { occurrence: number })[] = [];
  let last = '';
  for await (const rows of report) {
    for (const row of rows) {
      const line = lineOf(row);
      const key = keyOf(line).join('\t');
      if (batch.length >= (key === last ? LARGEST_BATCH : BATCH)) {
        yield batch;
        batch = [];
      }
      last = key;
      const occurrence = seen.get(key) ?? 0;
      seen.set(key, occurrence + 1);
      batch.push({ ...line, occurrence });
    }
  }
  if (batch.length > 0) yield batch;
}
