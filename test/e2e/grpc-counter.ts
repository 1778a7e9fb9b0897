import {
  type ClientHttp2Session,
  connect,
  createSecureServer,
  createServer,
  type SecureServerOptions,
  type ServerHttp2Stream,
} from 'node:http2';

/** Stands before a Temporal server, with TLS if it is given any, and counts the calls of each method. */
export interface GrpcCounter {
  /** host:port */
  address: string;
  /** How often a method was called, such as `QueryWorkflow`. */
  count(method: string): number;
  /** The `authorization` headers of all calls; empty for a call without. */
  authorizations: ReadonlySet<string>;
  close(): Promise<void>;
}

export async function startGrpcCounter(
  target: string,
  tls?: SecureServerOptions,
): Promise<GrpcCounter> {
  const counts = new Map<string, number>();
  const authorizations = new Set<string>();
  const sessions = new Set<{ destroy(): void }>();
  const server = tls === undefined ? createServer() : createSecureServer(tls);
  server.on('session', (session) => {
    const upstream = connect(`http://${target}`);
    for (const one of [session, upstream]) {
      sessions.add(one);
      one.on('error', () => one.destroy());
      one.on('close', () => {
        sessions.delete(one);
        session.destroy();
        upstream.destroy();
      });
    }
    session.on('stream', (stream: ServerHttp2Stream, headers: Record<string, string>) => {
      const method = headers[':path']?.split('/').at(-1) ?? '';
      counts.set(method, (counts.get(method) ?? 0) + 1);
      authorizations.add(headers.authorization ?? '');
      forward(stream, headers, upstream);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('The counter has no port');
  return {
    address: `127.0.0.1:${address.port}`,
    count: (method) => counts.get(method) ?? 0,
    authorizations,
    close() {
      for (const session of sessions) session.destroy();
      return new Promise((resolve) => server.close(() => resolve()));
    },
  };
}

function forward(
  stream: ServerHttp2Stream,
  headers: Record<string, string>,
  upstream: ClientHttp2Session,
): void {
  const asked = upstream.request(headers);
  for (const [one, other] of [
    [stream, asked],
    [asked, stream],
  ] as const) {
    one.on('error', () => other.close());
    one.on('aborted', () => other.close());
  }
  stream.pipe(asked);
  asked.on('response', (answer, flags) => {
    const ends = (flags & 1) === 1; // END_STREAM: an answer of nothing but its end
    stream.respond(answer, ends ? { endStream: true } : { waitForTrailers: true });
    let trailers: Record<string, string | string[] | number | undefined> = {};
    asked.on('trailers', (last) => {
      trailers = { ...last };
    });
    stream.on('wantTrailers', () => stream.sendTrailers(trailers));
    if (!ends) asked.pipe(stream);
  });
}
