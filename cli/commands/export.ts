import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { ApiClient } from '../api-client';
import type { List } from '../command-line';
import type { Console } from '../console';
import { EXIT, type ExitCode } from '../exit-codes';
import { Failure, OddAnswer, OutOfReach } from '../failure';
import { writeWhole } from '../whole-file';

interface Export {
  list: List;
  filters: Record<string, string>;
  output: string | undefined;
}

const NEWLINE = 10;

/** Writes all rows of a list as CSV, as they come. */
export async function exportList(
  api: ApiClient,
  console: Console,
  { list, filters, output }: Export,
): Promise<ExitCode> {
  const query = new URLSearchParams({ format: 'csv', ...filters });
  const response = await api.open(`/api/v1/integrations/amazon/${list}?${query}`);
  if (!response.headers.get('content-type')?.startsWith('text/csv') || response.body === null) {
    await response.body?.cancel();
    throw new OddAnswer('What answers at this address gives no CSV. Is the URL right?');
  }
  const rows = wholeLines(response.body, api.signal);
  if (output === undefined) {
    // Standard output is not ours to close.
    await pipeline(Readable.from(rows, { objectMode: false }), console.out, { end: false });
    return EXIT.ok;
  }
  const bytes = await writeWhole(output, rows);
  console.tell({ success: true, list, file: output, bytes });
  console.say(`${output}: ${bytes.toLocaleString('en-US')} bytes`);
  return EXIT.ok;
}

/** Passes the bytes on, and fails where they break off. */
async function* wholeLines(
  chunks: AsyncIterable<Uint8Array>,
  signal: AbortSignal,
): AsyncGenerator<Uint8Array> {
  let last: number | undefined;
  try {
    for await (const chunk of chunks) {
      last = chunk.at(-1) ?? last;
      yield chunk;
    }
  } catch (error) {
    if (signal.aborted || error instanceof Failure) throw error;
    throw new OutOfReach('The export broke off. Try again.');
  }
  // A proxy that does not know the length can hide that the service broke off.
  if (last !== NEWLINE) throw new OutOfReach('The export broke off. Try again.');
}
