import { logFields } from './log-context';
import type { Logger } from './logger';
import type { Observer } from './observer';
import type { SpanAttributes, Tracer } from './tracer';

/** Who is told of requests to Amazon. */
export interface Told {
  log: Logger;
  observer: Observer;
  tracer: Tracer;
}

/** A request as it went. `operation` is a word of ours or of Amazon's; never an address. */
export interface ToldRequest {
  operation: string;
  /** HTTP status; null when no answer came, or not the whole of a download. */
  status: number | null;
  /** Amazon's. */
  requestId: string | null;
  milliseconds: number;
}

/** A request to the Selling Partner API as it went. */
export interface ToldCall extends ToldRequest {
  /** Requests per second that Amazon says it allows, where it says so. */
  rateLimit: number | null;
  connectionId: string;
}

/** A document's download as it went. */
export interface ToldDownload extends ToldRequest {
  /** Of the milliseconds, those in which Amazon was waited for: in the others, what had come was written. */
  waitedMs: number;
  bytes: number;
}

/** Puts each request to the Selling Partner API into log, metrics and trace. */
export function tellOfCall({ log, observer, tracer }: Told, call: ToldCall): void {
  const { requestId: amazonRequestId, ...line } = call;
  const { operation, status, milliseconds } = line;
  log.debug({ ...line, amazonRequestId }, 'called Amazon');
  observer.amazonAnswered({ operation, status, seconds: milliseconds / 1000 });
  addSpan(tracer, call);
}

/** The same for each exchange of tokens at Login with Amazon. */
export function tellOfExchange({ log, observer, tracer }: Told, exchange: ToldRequest): void {
  const { requestId: amazonRequestId, ...line } = exchange;
  const { operation, status, milliseconds } = line;
  log.debug({ ...line, amazonRequestId }, 'asked Login with Amazon');
  observer.tokenExchanged({ operation, status, seconds: milliseconds / 1000 });
  addSpan(tracer, exchange);
}

/** The same for each download of a document, of whose address nothing is told: it is good for whoever has it. */
export function tellOfDownload({ log, observer, tracer }: Told, download: ToldDownload): void {
  const { requestId: amazonRequestId, ...line } = download;
  const { status, waitedMs, bytes } = line;
  log.debug({ ...line, amazonRequestId }, 'downloaded a document');
  observer.documentDownloaded({ status, seconds: waitedMs / 1000, bytes });
  addSpan(tracer, download, {
    'amazon.waited_ms': waitedMs,
    'http.response.body.size': bytes,
  });
}

function addSpan(
  tracer: Tracer,
  { operation, status, requestId, milliseconds }: ToldRequest,
  more: SpanAttributes = {},
): void {
  tracer.took(
    milliseconds,
    {
      name: `Amazon ${operation}`,
      kind: 'client',
      attributes: {
        'amazon.operation': operation,
        'amazon.request_id': requestId ?? undefined,
        'http.response.status_code': status ?? undefined,
        'temporal.attempt': logFields().attempt,
        ...more,
      },
    },
    failureOf(status),
  );
}

function failureOf(status: number | null): string | undefined {
  if (status === null) return 'no_answer';
  return status >= 400 ? String(status) : undefined;
}

/** Waits for Amazon's usage plans are events of the step that waits. */
export function withQuotaEvents(observer: Observer, tracer: Tracer): Observer {
  return {
    ...observer,
    quotaWaited(operation, seconds) {
      observer.quotaWaited(operation, seconds);
      tracer.event('quota wait', { 'amazon.operation': operation, seconds });
    },
  };
}
