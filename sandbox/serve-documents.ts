import { pipeline, Readable } from 'node:stream';
import { constants, createGzip } from 'node:zlib';
import type Router from '@koa/router';
import type { Reports } from './reports';
import type { SandboxWorld } from './sp-api-operation';

/** A report is sent in pieces of about this many characters. */
const PIECE = 65_536;

/**
 * The storage behind the documents' URLs: no access token, the signed URL is enough while it lasts. The gzip is
 * the file itself, so there is no Content-Encoding.
 */
export function serveDocuments(router: Router, world: SandboxWorld, reports: Reports): void {
  router.get('/documents/:ticket', (ctx) => {
    const reading = world.tokens.read('document', ctx.params.ticket ?? '');
    const lines = reading.state === 'live' ? reports.document(reading.data) : undefined;
    if (lines) {
      ctx.set('Content-Type', 'text/tab-separated-values; charset=UTF-8');
      // The reader decides the pace: rendering waits while nobody takes what has been compressed. A download
      // that is broken off ends the pipeline with an error which concerns nobody.
      const gzip = createGzip({ level: constants.Z_BEST_SPEED });
      ctx.body = pipeline(Readable.from(pieces(lines())), gzip, () => undefined);
    } else {
      const message = reading.state === 'expired' ? 'Request has expired' : 'Access Denied';
      ctx.status = 403;
      ctx.type = 'application/xml';
      ctx.body = `<?xml version="1.0" encoding="UTF-8"?>\n<Error><Code>AccessDenied</Code><Message>${message}</Message></Error>`;
    }
    world.traffic.answered({
      operation: 'download',
      sellerId: null,
      status: ctx.status,
      requestId: ctx.response.get('x-amzn-RequestId'),
    });
  });
}

function* pieces(lines: Iterable<string>): Generator<Buffer> {
  let text = '';
  for (const line of lines) {
    text += line;
    if (text.length < PIECE) continue;
    yield Buffer.from(text);
    text = '';
  }
  yield Buffer.from(text);
}
