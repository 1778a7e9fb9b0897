import { createServer, type IncomingHttpHeaders, type ServerResponse } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';

export interface ReceivedWebhook {
  headers: IncomingHttpHeaders;
  body: string;
}

/** Answers one request, or leaves it open. */
export type Answer = (response: ServerResponse, request: ReceivedWebhook) => void;

export interface WebhookReceiver {
  port: number;
  /** Where it is reached. */
  url: string;
  received: ReceivedWebhook[];
  /** How many connections were made to it. */
  connections(): number;
  /** The next requests get these answers, one each; all others the standing one, 200 at first. */
  answerNext(...answers: Answer[]): void;
  answerAlways(answer: Answer): void;
  close(): Promise<void>;
}

/** Answers with a status, at once. */
export const status =
  (code: number, headers: Record<string, string> = {}): Answer =>
  (response) =>
    response.writeHead(code, headers).end();

/** Never answers. */
export const hang: Answer = () => undefined;

/** A server that an integrator would run, on this machine. */
export async function startWebhookReceiver(tls?: {
  key: string;
  cert: string;
}): Promise<WebhookReceiver> {
  const received: ReceivedWebhook[] = [];
  const next: Answer[] = [];
  let always: Answer = status(200);
  let connections = 0;
  const server = tls === undefined ? createServer() : createTlsServer(tls);
  server.on('request', async (request, response) => {
    const webhook = { headers: request.headers, body: await text(request) };
    received.push(webhook);
    (next.shift() ?? always)(response, webhook);
  });
  server.on('connection', () => {
    connections += 1;
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    port,
    url: `${tls === undefined ? 'http' : 'https'}://127.0.0.1:${port}/hooks`,
    received,
    connections: () => connections,
    answerNext: (...answers) => void next.push(...answers),
    answerAlways(answer) {
      always = answer;
    },
    async close() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
