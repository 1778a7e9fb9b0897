import { type IncomingMessage, request } from 'node:http';
import type { Answer } from './described-operations';
import type { FuzzedRequest } from './described-requests';

export interface FuzzedAnswer extends Answer {
  headers: IncomingMessage['headers'];
}

/** A stream has told enough with its first message; whoever would wait for its end waits for that of a sync. */
const ENDS_EVENT = '\n\n';

/** Sends a request as it stands: `fetch` would tidy it. Rejects where the connection breaks without an answer. */
export function sendFuzzed(
  baseUrl: string,
  { method, target, headers, body, chunked }: FuzzedRequest,
): Promise<FuzzedAnswer> {
  const { hostname, port } = new URL(baseUrl);
  return new Promise((resolve, reject) => {
    const length: Record<string, string> =
      body === undefined
        ? {}
        : chunked
          ? { 'transfer-encoding': 'chunked' }
          : { 'content-length': String(body.length) };
    const sent = request(
      { hostname, port, method, path: target, headers: { ...headers, ...length }, agent: false },
      (response) => {
        const { statusCode = 0, headers: answered } = response;
        const contentType = (answered['content-type'] ?? '').split(';')[0] ?? '';
        const chunks: Buffer[] = [];
        const answer = () =>
          resolve({
            status: statusCode,
            contentType,
            headers: answered,
            body: Buffer.concat(chunks).toString('utf8'),
          });
        response.on('data', (chunk: Buffer) => {
          chunks.push(chunk);
          if (contentType !== 'text/event-stream' || !chunk.includes(ENDS_EVENT)) return;
          answer();
          response.destroy();
        });
        response.on('end', answer);
        response.on('error', reject);
      },
    );
    sent.on('error', reject);
    // Headers of HTTP are bytes; one that Node refuses to send is no request.
    sent.end(body);
  });
}
