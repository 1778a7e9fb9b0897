import { createServer, type IncomingMessage, request, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { buffer } from 'node:stream/consumers';
import { gunzipSync, gzipSync } from 'node:zlib';
import { z } from 'zod';

/** What is planted in Amazon's answers. */
export interface AmazonMarkers {
  /** Stands in every text of an error. */
  errorText: string;
  /** Stands for everything about a buyer. */
  buyer: string;
}

/** Stands before a local Amazon, and plants in its answers what this service has no business to write anywhere. */
export interface MarkingAmazon {
  url: string;
  /** Where the local Amazon is; before the first request. */
  standBefore(url: string): void;
  /** All access tokens that it has seen. */
  accessTokens: ReadonlySet<string>;
  /** In how many answers it has planted something, by what they were. */
  planted: Readonly<Record<Answer, number>>;
  close(): Promise<void>;
}

type Answer = 'tokens' | 'login errors' | 'orders' | 'errors' | 'reports' | 'broken';

const Json = z.record(z.string(), z.unknown());
const Errors = z.object({ errors: z.array(Json) });
const Orders = z.object({ orders: z.array(Json) });
const AccessToken = z.object({ access_token: z.string() });

/** Columns of reports that are about buyers. Amazon adds some without notice. */
const BUYER_COLUMNS = [
  'ship-city',
  'ship-state',
  'ship-postal-code',
  'purchase-order-number',
  'customer-comments',
];
const NEW_COLUMNS = ['buyer-name', 'buyer-email', 'cpf'];

export async function startMarkingAmazon(markers: AmazonMarkers): Promise<MarkingAmazon> {
  const accessTokens = new Set<string>();
  const planted = { tokens: 0, 'login errors': 0, orders: 0, errors: 0, reports: 0, broken: 0 };
  let target = '';

  function mark(asked: IncomingMessage, sent: string, status: number, body: Buffer): Buffer {
    const done = (what: Answer, marked: unknown) => {
      planted[what] += 1;
      return Buffer.from(typeof marked === 'string' ? marked : JSON.stringify(marked));
    };
    if (asked.url?.startsWith('/documents/')) return markReport(body) ?? body;
    const json = Json.safeParse(parsed(body)).data;
    if (json === undefined) return done('broken', `${body} ${markers.errorText} ${markers.buyer}`);
    if (asked.url === '/auth/o2/token') {
      const token = AccessToken.safeParse(json).data?.access_token;
      if (token === undefined) {
        // As a careless server would say it: with all that it was sent.
        const text = `${markers.errorText} ${decodeURIComponent(sent)}`;
        return done('login errors', { ...json, error_description: text });
      }
      accessTokens.add(token);
      return done('tokens', { ...json, scope: markers.errorText });
    }
    const { errors } = Errors.safeParse(json).data ?? {};
    if (errors !== undefined) {
      const text = `${markers.errorText} ${asked.headers['x-amz-access-token']} ${asked.url}`;
      const marked = errors.map((error) => ({ ...error, message: text, details: text }));
      return done('errors', { ...json, errors: marked });
    }
    const { orders } = Orders.safeParse(json).data ?? {};
    if (orders === undefined || status !== 200) return Buffer.from(JSON.stringify(json));
    const buyer = { buyerName: markers.buyer, buyerEmail: `${markers.buyer}@example.com` };
    const recipient = { deliveryAddress: { name: markers.buyer, addressLine1: markers.buyer } };
    const marked = orders.map((order) => ({ ...order, buyer, recipient }));
    return done('orders', { ...json, orders: marked });
  }

  function markReport(body: Buffer): Buffer | undefined {
    const text = unzipped(body)?.toString('latin1');
    if (text === undefined) return undefined;
    planted.reports += 1;
    const [header = '', ...lines] = text.split('\r\n');
    const names = header.split('\t');
    const marked = lines.map((line) => {
      if (line === '') return line;
      const cells = line.split('\t');
      const told = cells.map((cell, at) =>
        BUYER_COLUMNS.includes(names[at] ?? '') ? markers.buyer : cell,
      );
      return [...told, ...NEW_COLUMNS.map(() => markers.buyer)].join('\t');
    });
    return gzipSync(
      Buffer.from([[...names, ...NEW_COLUMNS].join('\t'), ...marked].join('\r\n'), 'latin1'),
    );
  }

  const server = createServer(async (asked, response) => {
    try {
      await forward(target, asked, response, mark);
    } catch {
      // The local Amazon has broken off, as it was told to.
      response.destroy();
    }
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    standBefore(url) {
      target = url;
    },
    accessTokens,
    planted,
    async close() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

async function forward(
  target: string,
  asked: IncomingMessage,
  response: ServerResponse,
  mark: (asked: IncomingMessage, sent: string, status: number, body: Buffer) => Buffer,
): Promise<void> {
  const sent = await buffer(asked);
  const answer = await new Promise<IncomingMessage>((resolve, reject) => {
    const { method, headers } = asked;
    // With the Host that was asked for, so that documents are at this address too.
    request(new URL(asked.url ?? '/', target), { method, headers })
      .on('response', resolve)
      .on('error', reject)
      .end(sent);
  });
  const status = answer.statusCode ?? 500;
  const body = mark(asked, sent.toString(), status, await buffer(answer));
  const { 'transfer-encoding': _, ...headers } = answer.headers;
  response.writeHead(status, { ...headers, 'content-length': body.length }).end(body);
}

function parsed(body: Buffer): unknown {
  try {
    return JSON.parse(body.toString());
  } catch {
    return undefined;
  }
}

function unzipped(body: Buffer): Buffer | undefined {
  try {
    return gunzipSync(body);
  } catch {
    return undefined;
  }
}
