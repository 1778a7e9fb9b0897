import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { type Amazon, createAmazon, type SellerApi } from '../../../amazon/amazon';
import type { AmazonCall, AmazonSettings } from '../../../amazon/amazon-call';
import type { DocumentDownload } from '../../../amazon/download-meter';
import type { TokenExchange } from '../../../amazon/token-request';
import { isPublicAddress } from '../../../webhooks/public-address';

export interface Seen {
  method: string;
  path: string;
  query: URLSearchParams;
  headers: IncomingMessage['headers'];
  body: string;
}

export type Handler = (seen: Seen, response: ServerResponse) => void;

export interface LocalAmazon {
  url: string;
  /** Requests to the token endpoint, and all others. */
  exchanges: Seen[];
  requests: Seen[];
  calls: AmazonCall[];
  /** What is told of requests to the token endpoint, and of downloads. */
  told: { exchanges: TokenExchange[]; downloads: DocumentDownload[] };
  amazon: Amazon;
  seller: SellerApi;
  /** Epoch milliseconds that the client sees. */
  clock: { now: number };
  close(): Promise<void>;
}

export interface LocalAmazonOptions {
  /** Answers the token endpoint; the default gives `Atza|1`, `Atza|2`, … for an hour. */
  login?: Handler;
  api?: Handler;
  settings?: Partial<AmazonSettings>;
}

export const REFRESH_TOKEN = 'Atzr|a-refresh-token';
export const CLIENT_SECRET = 'a-client-secret';
export const CONNECTION_ID = 'connection-1';

/** The outside world: a server of a few lines on loopback, and a client of ours that talks to it. */
export async function startLocalAmazon(options: LocalAmazonOptions = {}): Promise<LocalAmazon> {
  const exchanges: Seen[] = [];
  const requests: Seen[] = [];
  const server = createServer((request, response) => {
    const { pathname, searchParams } = new URL(request.url ?? '/', 'http://local');
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const seen: Seen = {
        method: request.method ?? '',
        path: pathname,
        query: searchParams,
        headers: request.headers,
        body: Buffer.concat(chunks).toString(),
      };
      if (pathname === '/auth/o2/token') {
        exchanges.push(seen);
        const login = options.login ?? ((_, to) => sendToken(to, `Atza|${exchanges.length}`));
        login(seen, response);
      } else {
        requests.push(seen);
        const api = options.api ?? ((_, to) => sendJson(to, 404, { errors: [] }));
        api(seen, response);
      }
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('no port');
  const url = `http://127.0.0.1:${address.port}`;
  const clock = { now: Date.parse('2026-03-01T00:00:00Z') };
  const calls: AmazonCall[] = [];
  const told: LocalAmazon['told'] = { exchanges: [], downloads: [] };
  const amazon = createAmazon({
    settings: {
      lwaUrl: `${url}/auth/o2/token`,
      clientId: 'a-client',
      clientSecret: () => CLIENT_SECRET,
      userAgent: 'test/1.0',
      timeoutMs: 5_000,
      isPublicAddress,
      ...options.settings,
    },
    now: () => clock.now,
    onCall: (call) => calls.push(call),
    onExchange: (exchange) => told.exchanges.push(exchange),
    onDownload: (download) => told.downloads.push(download),
  });
  return {
    url,
    exchanges,
    requests,
    calls,
    told,
    amazon,
    clock,
    seller: amazon.seller({
      connectionId: CONNECTION_ID,
      endpoint: url,
      refreshToken: REFRESH_TOKEN,
    }),
    async close() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

export function sendJson(
  response: ServerResponse,
  status: number,
  body: unknown,
  headers: Record<string, string> = {},
): void {
  response.writeHead(status, {
    'content-type': 'application/json',
    'x-amzn-RequestId': 'request-1',
    ...headers,
  });
  response.end(JSON.stringify(body));
}

export function sendToken(response: ServerResponse, accessToken: string, expiresIn = 3600): void {
  sendJson(response, 200, {
    access_token: accessToken,
    refresh_token: REFRESH_TOKEN,
    token_type: 'bearer',
    expires_in: expiresIn,
  });
}

/** What a promise that must fail fails with. */
export async function errorOf(work: Promise<unknown>): Promise<unknown> {
  try {
    await work;
  } catch (error) {
    return error;
  }
  throw new Error('nothing was thrown');
}

export function never(): AbortSignal {
  return new AbortController().signal;
}

export async function collect<T>(source: AsyncIterable<T>): Promise<T[]> {
  const all: T[] = [];
  for await (const one of source) all.push(one);
  return all;
}

export async function* pieces(...texts: string[]): AsyncGenerator<string> {
  yield* texts;
}

export interface Deferred<T> {
  promise: Promise<T>;
  resolve: (value: T) => void;
}

export function deferred<T>(): Deferred<T> {
  let resolve: (value: T) => void = () => undefined;
  const promise = new Promise<T>((settle) => {
    resolve = settle;
  });
  return { promise, resolve };
}
