import { buffer } from 'node:stream/consumers';
import type Router from '@koa/router';
import type { RouterContext } from '@koa/router';
import { cutOff, hang, reset } from './broken-connection';
import { type DocumentFaults, documentFaults } from './document-faults';
import { damaged, documentFile } from './document-file';
import { replacesCall } from './fault-effects';
import type { ReportDocument, Reports } from './reports';
import type { SandboxWorld, Scripted } from './sp-api-operation';

/** What is sent instead of the document. */
interface Refused {
  status: number;
  code: string;
  message: string;
}

const EXPIRED: Refused = { status: 403, code: 'AccessDenied', message: 'Request has expired' };
const DENIED: Refused = { status: 403, code: 'AccessDenied', message: 'Access Denied' };

/**
 * The storage behind the documents' URLs: no access token, the signed URL is enough while it lasts. Faults come
 * after the URL is found good.
 */
export function serveDocuments(router: Router, world: SandboxWorld, reports: Reports): void {
  router.get('/documents/:ticket', async (ctx) => {
    const reading = world.tokens.read('document', ctx.params.ticket ?? '');
    const document = reading.state === 'live' ? reports.document(reading.data) : undefined;
    const answered = (status: number) =>
      world.traffic.answered({
        operation: 'download',
        sellerId: document?.sellerId ?? null,
        status,
        requestId: ctx.response.get('x-amzn-RequestId'),
      });
    if (!document) {
      const refused = reading.state === 'expired' ? EXPIRED : DENIED;
      answered(refused.status);
      return refuse(ctx, refused);
    }

    const { sellerId, type } = document;
    const scripted: Scripted = (is) =>
      world.faults.take({ operation: 'download', sellerId, reportType: type }, is);
    const effect = scripted(replacesCall);
    if (effect === null) {
      const faults = documentFaults(scripted);
      answered(statusOf(faults));
      return send(ctx, document, faults);
    }
    switch (effect.kind) {
      case 'hang':
        answered(0);
        return hang(ctx);
      case 'reset':
        answered(0);
        return reset(ctx);
      case 'status':
        answered(effect.status);
        return refuse(ctx, scriptedRefusal(effect));
      case 'expired_document':
        answered(EXPIRED.status);
        return refuse(ctx, EXPIRED);
      default:
        throw new Error(`${effect.kind} is no fault of a download`);
    }
  });
}

function statusOf({ ending }: DocumentFaults): number {
  if (ending?.kind === 'status') return ending.status;
  return ending?.kind === 'reset' ? 0 : 200;
}

/** The gzip is the file itself, so there is no Content-Encoding. */
async function send(
  ctx: RouterContext,
  document: ReportDocument,
  faults: DocumentFaults,
): Promise<void> {
  const { ending } = faults;
  if (ending?.kind === 'status') return refuse(ctx, scriptedRefusal(ending));
  if (ending?.kind === 'reset' && ending.when === 'after') return reset(ctx);

  const { contentType, gzip } = documentFile(document.lines(), faults);
  ctx.set('Content-Type', contentType);
  if (ending === null && !faults.truncated && !faults.corrupt) {
    // The reader decides the pace: rendering waits while nobody takes what has been compressed.
    ctx.body = gzip;
    return;
  }
  // Where half of a file is, or its end, is known only once it is whole.
  const file = damaged(await buffer(gzip), faults);
  if (ending) return cutOff(ctx, 200, file);
  ctx.body = file;
}

function scriptedRefusal({ status, code }: { status: number; code?: string }): Refused {
  const usual = status < 500 ? 'AccessDenied' : 'InternalError';
  return { status, code: code ?? usual, message: 'The request cannot be answered as it should.' };
}

/** As the storage words its errors. */
function refuse(ctx: RouterContext, { status, code, message }: Refused): void {
  ctx.status = status;
  ctx.type = 'application/xml';
  ctx.body = `<?xml version="1.0" encoding="UTF-8"?>\n<Error><Code>${code}</Code><Message>${message}</Message></Error>`;
}
