import { pipeline, Readable } from 'node:stream';
import { setTimeout as delay } from 'node:timers/promises';
import { constants, createGzip } from 'node:zlib';
import { alterLines } from './alter-lines';
import { createEncoder, type Encoder } from './charsets';
import type { DocumentFaults } from './document-faults';

/** A report is compressed in pieces of about this many characters, a slow one in smaller ones. */
const PIECE = 65_536;
const SLOW_PIECE = 4096;

/** The gzip of a document, with the faults of its text, rendered as fast as it is read. */
export function documentFile(
  lines: Iterable<string>,
  faults: DocumentFaults,
): { contentType: string; gzip: Readable } {
  const { charset, millisecondsPerPiece } = faults;
  const altered = faults.columns || faults.decimalComma ? alterLines(lines, faults) : lines;
  const text = faults.wrongEncoding ? withStrayLetter(altered) : altered;
  const bytes =
    millisecondsPerPiece === null
      ? pieces(text, PIECE, encoderOf(faults))
      : slowly(pieces(text, SLOW_PIECE, encoderOf(faults)), millisecondsPerPiece);
  const gzip = createGzip({
    level: constants.Z_BEST_SPEED,
    // Else the compressor would hold slow pieces back until it has enough of them.
    ...(millisecondsPerPiece !== null && { flush: constants.Z_SYNC_FLUSH }),
  });
  return {
    contentType: `text/tab-separated-values; charset=${charset ?? 'UTF-8'}`,
    // A download that is broken off ends the pipeline with an error which concerns nobody.
    gzip: pipeline(Readable.from(bytes, { objectMode: true }), gzip, () => undefined),
  };
}

function encoderOf({ charset, wrongEncoding }: DocumentFaults): Encoder {
  // A letter of Cp1252 before an ASCII one is no UTF-8. (Nor Shift_JIS, but Cp1252 it would be.)
  if (wrongEncoding) return createEncoder('Cp1252');
  return charset === null ? (given) => Buffer.from(given) : createEncoder(charset);
}

/** Even of a text in plain ASCII one letter is beyond it, at the end of the header. */
function* withStrayLetter(lines: Iterable<string>): Generator<string> {
  let isHeader = true;
  for (const line of lines) {
    yield isHeader ? line.replace(/\r?\n$/, 'é$&') : line;
    isHeader = false;
  }
}

function* pieces(lines: Iterable<string>, size: number, encode: Encoder): Generator<Buffer> {
  let text = '';
  for (const line of lines) {
    text += line;
    if (text.length < size) continue;
    yield encode(text);
    text = '';
  }
  yield encode(text);
}

async function* slowly(parts: Iterable<Buffer>, milliseconds: number): AsyncGenerator<Buffer> {
  for (const part of parts) {
    yield part;
    await delay(milliseconds);
  }
}

/** The file as a damaged copy of it: without its end, or with bytes in its middle that are others. */
export function damaged(
  file: Buffer,
  { truncated, corrupt }: Pick<DocumentFaults, 'truncated' | 'corrupt'>,
): Buffer {
  const copy = Buffer.from(truncated ? file.subarray(0, Math.ceil(file.length * 0.6)) : file);
  const middle = Math.floor(copy.length / 2);
  if (corrupt)
    for (const [position, byte] of copy.subarray(middle, middle + 8).entries())
      copy[middle + position] = byte ^ 0xff;
  return copy;
}
