import type { Readable } from 'node:stream';
import type { Context } from 'koa';
import { CsvFile, sendCsv } from './csv';

/** A reply that sends the browser elsewhere. */
export class Redirect {
  constructor(readonly url: string) {}
}

/**
 * A reply of server-sent events; it lasts as long as the stream does. A client that takes nothing of what it is
 * sent for `idleMs` is cut off: its socket would stay for as long as it likes. Heartbeats must come more often.
 */
export class EventStream {
  constructor(
    readonly stream: Readable,
    readonly idleMs: number,
  ) {}
}

/** A reply without a body, which tells an EventSource to stay away. */
export class NoContent {
  readonly status = 204;
}

/** A reply that the client has already, by its `If-None-Match`. */
export class NotModified {
  readonly status = 304;
}

/** What may be answered other than JSON. */
export type SpecialReply = CsvFile | Redirect | EventStream | NoContent | NotModified;

export function isSpecial(reply: unknown): reply is SpecialReply {
  return (
    reply instanceof CsvFile ||
    reply instanceof Redirect ||
    reply instanceof EventStream ||
    reply instanceof NoContent ||
    reply instanceof NotModified
  );
}

export function sendSpecial(ctx: Context, reply: SpecialReply): void {
  if (reply instanceof CsvFile) {
    sendCsv(ctx, reply);
  } else if (reply instanceof Redirect) {
    ctx.redirect(reply.url);
  } else if (reply instanceof EventStream) {
    ctx.set('Content-Type', 'text/event-stream; charset=utf-8');
    // Proxies must neither keep it nor pack it, both of which would hold messages back.
    ctx.set('Cache-Control', 'no-cache, no-transform');
    ctx.set('X-Accel-Buffering', 'no');
    ctx.req.socket.setNoDelay(true);
    // Until the next request of this connection, for which Node sets it anew.
    ctx.req.socket.setTimeout(reply.idleMs);
    ctx.body = reply.stream;
  } else {
    ctx.status = reply.status;
  }
}
