import type { IncomingMessage } from 'node:http';
import { pipeline, Readable } from 'node:stream';
import { createGunzip } from 'node:zlib';
import { z } from 'zod';
import type { CallApi } from './api-client';
import { type Deadline, startDeadline } from './deadline';
import { AddressNotAllowed, type DownloadRules, download } from './download';
import { type DocumentDownload, type DownloadMeter, startDownloadMeter } from './download-meter';
import { AmazonError, AmazonUnavailable, MalformedAnswer, type Occasion } from './errors';
import { transportFailure } from './http-exchange';

/** The text of a report, to be read once, in pieces that need not end at a line's end. */
export interface ReportText extends AsyncIterable<string> {
  /** Of the getReportDocument call: what a support case about this report asks for. */
  readonly requestId: string | null;
}

export interface DownloadSettings extends DownloadRules {
  userAgent: string;
  timeoutMs: number;
  /** Told of each download that has ended, well or not. */
  onDownload?: (download: DocumentDownload) => void;
}

/** What the steps of one download share. */
interface Download {
  occasion: Occasion;
  deadline: Deadline;
  signal: AbortSignal;
  meter: DownloadMeter;
}

const Document = z.object({ url: z.string(), compressionAlgorithm: z.string().nullish() });

/**
 * Fetches a report's document: its URL (good for five minutes, so both happen here), then the download,
 * un-gzipped and decoded while it is read. The download host gets none of our tokens.
 *
 * Reading throws AmazonUnavailable for a download that stalls or breaks off, MalformedAnswer for a file that is
 * corrupt or text that is not in its own encoding, and the signal's reason when the caller aborts.
 */
export async function openDocument(
  call: CallApi,
  settings: DownloadSettings,
  documentId: string,
  signal: AbortSignal,
): Promise<ReportText> {
  const { value, requestId } = await call(
    {
      operation: 'getReportDocument',
      path: `/reports/2021-06-30/documents/${encodeURIComponent(documentId)}`,
      answer: Document,
    },
    signal,
  );
  const occasion: Occasion = { operation: 'downloadDocument', requestId, status: null };
  const gzip = value.compressionAlgorithm === 'GZIP';
  if (!gzip && value.compressionAlgorithm) {
    throw new MalformedAnswer(occasion, 'The report is compressed in a way that is not known here');
  }
  const deadline = startDeadline(signal, settings.timeoutMs);
  const meter = startDownloadMeter(occasion, settings.onDownload);
  const underWay: Download = { occasion, deadline, signal, meter };
  let response: IncomingMessage | undefined;
  try {
    response = await download(
      value.url,
      settings,
      { 'user-agent': settings.userAgent },
      deadline.signal,
    );
    const status = response.statusCode ?? 0;
    occasion.status = status;
    if (status !== 200) {
      // 403 is a URL that expired meanwhile: asking for the document again gives a new one.
      const what = `The report cannot be downloaded (HTTP ${status})`;
      throw new AmazonUnavailable(occasion, what);
    }
    const label = encodingOf(response, occasion);
    const isPacked = isGzip(response, occasion) || gzip;
    deadline.pause();
    meter.came(0);
    const bytes = bytesOf(response, underWay);
    const text = decode(isPacked ? gunzip(bytes, underWay) : bytes, label, occasion);
    return { requestId, [Symbol.asyncIterator]: () => text };
  } catch (error) {
    deadline.close();
    meter.ended(occasion.status);
    // An unread body would hold its connection.
    response?.destroy();
    if (error instanceof AddressNotAllowed) {
      throw new MalformedAnswer(occasion, 'The report is at an address that is not allowed');
    }
    throw error instanceof AmazonError
      ? error
      : transportFailure(error, signal, deadline, occasion);
  }
}

/** Whether HTTP has packed the file too. One that is a gzip and says so twice is packed once. */
function isGzip({ headers }: IncomingMessage, occasion: Occasion): boolean {
  const encoding = headers['content-encoding']?.toLowerCase() ?? 'identity';
  if (encoding === 'gzip') return true;
  if (encoding === 'identity' || encoding === '') return false;
  throw new MalformedAnswer(occasion, 'The report is compressed in a way that is not known here');
}

/** The decoder's name for the charset of the Content-Type; reports come in these three. */
function encodingOf({ headers }: IncomingMessage, occasion: Occasion): string {
  const type = headers['content-type'] ?? '';
  const charset = /charset\s*=\s*"?([^\s";]+)/i.exec(type)?.[1]?.toLowerCase() ?? 'utf-8';
  if (['utf-8', 'utf8', 'us-ascii', 'ascii'].includes(charset)) return 'utf-8';
  if (['cp1252', 'windows-1252', 'iso-8859-1', 'latin1'].includes(charset)) return 'windows-1252';
  // cp932 and windows-31j are Shift_JIS with Microsoft's additions, which the decoder's Shift_JIS has.
  if (['shift_jis', 'shift-jis', 'sjis', 'cp932', 'windows-31j', 'ms932'].includes(charset)) {
    return 'shift_jis';
  }
  throw new MalformedAnswer(occasion, 'The report is in an encoding that is not known here');
}

async function* bytesOf(
  response: IncomingMessage,
  { occasion, deadline, signal, meter }: Download,
): AsyncGenerator<Uint8Array> {
  const chunks: AsyncIterator<Uint8Array> = response[Symbol.asyncIterator]();
  try {
    for (;;) {
      // Timed while Amazon is waited for, not while the caller writes the last chunk's rows.
      deadline.restart();
      meter.waits();
      const { done, value } = await chunks.next();
      meter.came(value?.byteLength ?? 0);
      deadline.pause();
      if (done === true) return;
      yield value;
    }
  } catch (error) {
    meter.ended(null);
    throw transportFailure(error, signal, deadline, occasion);
  } finally {
    meter.ended(occasion.status);
    deadline.close();
    // Frees the connection when the caller left early.
    response.destroy();
  }
}

/**
 * A row of a report has an id of its own among a few hundred characters, so it hardly gets a fiftieth of its size;
 * gzip can make it a thousandth of what says nothing. Not looked at before so many bytes, at which any file is small.
 */
const MOST_TIMES_PACKED = 200;
const ANY_SIZE_BYTES = 64 * 1024 * 1024;

async function* gunzip(
  packed: AsyncIterable<Uint8Array>,
  { occasion, signal }: Download,
): AsyncGenerator<Uint8Array> {
  const gzip = createGunzip();
  // The callback has nothing to do: the error of either stream comes out of the loop below.
  const unpacked = pipeline(Readable.from(packed), gzip, () => undefined);
  let bytes = 0;
  try {
    for await (const chunk of unpacked) {
      bytes += chunk.length;
      if (bytes > ANY_SIZE_BYTES && bytes > gzip.bytesWritten * MOST_TIMES_PACKED) {
        throw new MalformedAnswer(occasion, 'The report unpacks to more than a report can be');
      }
      yield chunk;
    }
  } catch (error) {
    if (signal.aborted) throw signal.reason;
    if (error instanceof AmazonError) throw error;
    // A file that ends too early was cut on its way; one with other bytes is likely to be so at Amazon.
    throw errorCodeOf(error) === 'Z_BUF_ERROR'
      ? new AmazonUnavailable(occasion, 'The report arrived incomplete (gzip)')
      : new MalformedAnswer(occasion, 'The report arrived damaged (gzip)');
  }
}

function errorCodeOf(error: unknown): unknown {
  return typeof error === 'object' && error !== null && 'code' in error ? error.code : undefined;
}

async function* decode(
  chunks: AsyncIterable<Uint8Array>,
  label: string,
  occasion: Occasion,
): AsyncGenerator<string> {
  // Bad UTF-8 means that the whole file is something else. In Shift_JIS it is a character that a seller
  // typed on a machine with additions of its own: one U+FFFD in a title, and the rest is right.
  const decoder = new TextDecoder(label, { fatal: label === 'utf-8' });
  const checked = (decoded: () => string) => {
    try {
      return decoded();
    } catch {
      throw new MalformedAnswer(occasion, 'The report is not in the encoding that it names');
    }
  };
  for await (const chunk of chunks) {
    // Never without `stream`: Node 20 then takes a shortcut that reads windows-1252 as Latin-1, without the euro.
    const text = checked(() => decoder.decode(chunk, { stream: true }));
    if (text !== '') yield text;
  }
  const rest = checked(() => decoder.decode());
  if (rest !== '') yield rest;
}
