import { createServer, type IncomingHttpHeaders, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { setTimeout } from 'node:timers/promises';
import { Webhook } from 'standardwebhooks';
import { isSyncIdOf } from '../../contract/sync-id';
import { WebhookEvent } from '../../contract/webhooks';
import type { Random } from '../../sandbox/random';

/** A webhook as its user knows it. */
export interface KnownWebhook {
  id: string;
  secret: string;
  userId: string;
  /** When its registration was answered, epoch ms: syncs that begin later are to be heard of. */
  registeredAt: number;
}

/** What the users' own server knows; nobody kills it, and its faults are its own. */
export interface WebhookReceiver {
  /** An address of the user's that no other webhook has. */
  newUrl(userId: string): string;
  /** What was registered for an address. */
  registered(url: string, webhook: KnownWebhook): void;
  readonly webhooks: readonly KnownWebhook[];
  /** Ids of deliveries that were answered with 2xx. */
  readonly taken: ReadonlySet<string>;
  /** What came and should not have; a line each. */
  readonly wrong: readonly string[];
  close(): Promise<void>;
}

/**
 * The second attempt comes after five seconds, the third after five minutes, which no run waits for: so it refuses no
 * delivery twice.
 */
const REFUSED = 0.3;

const SLOW_MS = 2_000;

export async function startWebhookReceiver(random: Random): Promise<WebhookReceiver> {
  const webhooks = new Map<string, KnownWebhook>();
  const taken = new Set<string>();
  const met = new Set<string>();
  const wrong: string[] = [];
  let addresses = 0;

  const answer = async (response: ServerResponse, id: string) => {
    if (!met.has(id)) {
      met.add(id);
      if (random.chance(REFUSED)) return refuse(response, random);
    }
    if (random.chance(0.1)) await setTimeout(SLOW_MS);
    taken.add(id);
    response.writeHead(204).end();
  };

  const server = createServer(async (request, response) => {
    const body = await text(request).catch(() => undefined);
    // The sender was killed half-way.
    if (body === undefined) return;
    const path = request.url ?? '';
    const fault = faultOf(path, webhooks.get(path), request.headers, body);
    if (fault !== undefined) wrong.push(`${path}: ${fault}`);
    await answer(response, String(request.headers['webhook-id']));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    newUrl(userId) {
      addresses += 1;
      return `http://127.0.0.1:${port}/${userId}/${addresses}`;
    },
    registered: (url, webhook) => void webhooks.set(new URL(url).pathname, webhook),
    get webhooks() {
      return [...webhooks.values()];
    },
    taken,
    wrong,
    async close() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

function refuse(response: ServerResponse, random: Random): void {
  const how = random.pick([500, 503, 'hang up'] as const);
  if (how === 'hang up') response.destroy();
  else response.writeHead(how, { 'retry-after': '1' }).end();
}

/** What is wrong with a request; the answer to a registration may be lost, and nobody then knows its secret. */
function faultOf(
  path: string,
  webhook: KnownWebhook | undefined,
  headers: IncomingHttpHeaders,
  body: string,
): string | undefined {
  const event = WebhookEvent.safeParse(JSON.parse(body));
  if (!event.success) return 'the body is no event';
  const [, userId = ''] = path.split('/');
  const { syncId } = event.data.data;
  if (!isSyncIdOf(userId, syncId)) return `it tells of ${syncId}, which is another user's`;
  if (webhook === undefined) return undefined;
  try {
    new Webhook(webhook.secret).verify(body, {
      'webhook-id': String(headers['webhook-id']),
      'webhook-timestamp': String(headers['webhook-timestamp']),
      'webhook-signature': String(headers['webhook-signature']),
    });
    return undefined;
  } catch (error) {
    return `${syncId}: ${String(error)}`;
  }
}
