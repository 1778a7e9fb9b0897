import { randomBytes, randomUUID } from 'node:crypto';
import { setTimeout } from 'node:timers/promises';
import { connectSeller, sessionToken } from '../../dev/sign-in';
import { createSyncClient, type SyncClient } from '../../dev/sync-client';
import type { Effect, FaultTarget } from '../../sandbox/fault-spec';
import type { SandboxSeller } from '../../sandbox/sandbox-seller';
import { eventually } from '../eventually';
import { startWebhookReceiver, type WebhookReceiver } from '../webhook-receiver';
import { START, startedSync } from './bodies';
import { type MarkingAmazon, startMarkingAmazon } from './marking-amazon';
import { DOWNLOAD, OPERATIONS, PASSING } from './passing-faults';
import { askForEverything } from './requests-of-all-kinds';
import { startTalkativeService, type TalkativeService } from './talkative-service';
import { syncIdOf, testBrowser } from './test-browser';
import type { TestStack } from './test-stack';
import { registerWebhook } from './webhook-calls';
import { databaseDump, type Place, placesOf, runningDump, temporalDump } from './written';

/**
 * Secrets and personal data are planted wherever this service gets any, it goes through good and bad days at its
 * most talkative, and then everything that it has written is searched for them.
 */
const marker = (what: string) => `planted-${what}-${randomBytes(9).toString('hex')}`;

const SECRETS = {
  session: marker('session-secret-of-32-bytes-or-more'),
  client: marker('client-secret'),
  key: randomBytes(32),
  databasePassword: marker('password'),
};
const AMAZON = { errorText: marker('error-text'), buyer: marker('buyer') };
const RECEIVER = { path: marker('path'), body: marker('answer'), location: marker('location') };
const CLIENT = { email: `${marker('person')}@example.com`, body: marker('body') };

/** Far more than any of it takes, on a busy machine too. */
const PATIENCE_MS = 300_000;

let amazon: MarkingAmazon;
let receiver: WebhookReceiver;
let service: TalkativeService;
let stack: TestStack;

const whileRunning: string[] = [];
const sellers: SandboxSeller[] = [];
/** What came up on the way, with where it may stand. */
const found: { name: string; text: string; mayBeIn: readonly Place[] }[] = [];

beforeAll(async () => {
  amazon = await startMarkingAmazon(AMAZON);
  receiver = await startWebhookReceiver();
  receiver.answerAlways((response) => {
    response.writeHead(500, { location: `https://${RECEIVER.location}/` }).end(RECEIVER.body);
  });
  service = await startTalkativeService({
    // Backoffs of half an hour take seconds then.
    sandbox: { clockSpeed: 500 },
    env: {
      SESSION_JWT_SECRET: SECRETS.session,
      TOKEN_ENCRYPTION_KEYS: `k1:${SECRETS.key.toString('base64')}`,
      AMAZON_CLIENT_SECRET: SECRETS.client,
      AMAZON_LWA_URL: `${amazon.url}/auth/o2/token`,
      AMAZON_SP_API_URL: amazon.url,
      WEBHOOKS_ALLOW_LOOPBACK: 'true',
    },
  });
  stack = service.stack;
  amazon.standBefore(stack.sandbox.url);
});
afterAll(async () => {
  await service.stop();
  await Promise.all([amazon.close(), receiver.close()]);
});

let seed = 100;

/** A seller whose refresh token is a marker. */
async function newSeller(): Promise<SandboxSeller> {
  seed += 1;
  const seller = await stack.sandbox.addSeller({
    kind: 'generated',
    seed,
    size: { orders: 40, skus: 8, claims: 6 },
    refreshToken: marker('refresh-token'),
  });
  sellers.push(seller);
  return seller;
}

interface Somebody {
  userId: string;
  cookie: string;
  client: SyncClient;
}

function somebody(userId = `user-${randomUUID()}`): Somebody {
  const token = sessionToken(SECRETS.session, userId, Date.now());
  found.push({ name: 'a session', text: token, mayBeIn: [] });
  const cookie = `session_token=${token}`;
  return { userId, cookie, client: createSyncClient(service.apiUrl, cookie) };
}

async function connectedTo(seller: SandboxSeller, person = somebody()): Promise<Somebody> {
  await connectSeller(stack.db, stack.vault, person.userId, seller, amazon.url, Date.now());
  return person;
}

/** What goes wrong, and how often: once unless told, null is always. */
type Trouble = readonly [FaultTarget, Effect, (number | null)?];

/** Syncs a seller at whom Amazon fails in these ways, to whatever end that comes. */
async function syncWith(faults: readonly Trouble[]) {
  const seller = await newSeller();
  for (const [operation, effect, times = 1] of faults) {
    stack.sandbox.setFault({ operation, sellerId: seller.sellerId, times, effect });
  }
  const { client } = await connectedTo(seller);
  return client.untilEnded(await started(client), PATIENCE_MS);
}

/** On a busy machine a server may be out of reach for a moment. */
const started = (client: SyncClient) =>
  eventually('a start', async () => {
    const answer = await client.post(START);
    return answer.status === 503 ? undefined : startedSync(answer);
  });

const always = (effect: Effect) =>
  OPERATIONS.map((operation): Trouble => [operation, effect, null]);

/** Connects on Amazon's page, under an e-mail address, with a webhook; one code is lost to a fault. */
async function connecting(): Promise<void> {
  const person = somebody(CLIENT.email);
  const browser = testBrowser({ apiUrl: service.apiUrl, env: stack.env });
  browser.signIn(person.cookie);
  const webhook = await registerWebhook(person.client, `${receiver.url}/${RECEIVER.path}`);
  const secret = webhook.secret.slice('whsec_'.length);
  found.push({ name: 'a webhook secret', text: secret, mayBeIn: ['http'] });
  const seller = await newSeller();
  const query = `?region=${seller.region}`;
  for (const fault of [true, false]) {
    const { sellerId } = seller;
    const effect = { kind: 'status', status: 400 } as const;
    if (fault) stack.sandbox.setFault({ operation: 'authorizationCode', sellerId, effect });
    const { authUrl } = await browser.begin(query);
    const address = await browser.consent(authUrl, { seller });
    const { searchParams } = new URL(address);
    const code = searchParams.get('spapi_oauth_code') ?? '';
    found.push({ name: 'an authorization code', text: code, mayBeIn: [] });
    const state = searchParams.get('state') ?? '';
    found.push({ name: 'a state', text: state, mayBeIn: ['http'] });
    const location = await browser.comeBack(address);
    if (fault) expect(location).toContain('error=');
    else await person.client.untilEnded(syncIdOf(location), PATIENCE_MS);
  }
  await eventually('the webhook', () => receiver.received.length > 0 || undefined);
  await askForEverything(service.apiUrl, person, CLIENT.body);
}

async function cancelling(): Promise<void> {
  const seller = await newSeller();
  const effect = { kind: 'report', outcome: 'STUCK' } as const;
  const { sellerId } = seller;
  stack.sandbox.setFault({ operation: 'createReport', sellerId, times: null, effect });
  const { client } = await connectedTo(seller);
  const syncId = await started(client);
  await client.post(`/api/sync/cancel/${syncId}`);
  await client.untilEnded(syncId, PATIENCE_MS);
  expect((await client.post('/api/v1/integrations/amazon/disconnect')).status).toBe(200);
}

/** A service whose database does not let it in says so, and ends. */
async function wrongPassword(): Promise<void> {
  const url = new URL(stack.env.DATABASE_URL ?? '');
  url.username = 'nobody';
  url.password = SECRETS.databasePassword;
  const child = await service.spawn('worker', { DATABASE_URL: url.href });
  expect((await child.ended).code).toBe(1);
}

const SCENARIOS: readonly (() => Promise<unknown>)[] = [
  connecting,
  cancelling,
  wrongPassword,
  ...PASSING.map(
    (effects) => () =>
      syncWith(
        OPERATIONS.flatMap((operation) => effects.map((effect) => [operation, effect] as const)),
      ),
  ),
  () => syncWith(DOWNLOAD.map((effect) => ['download', effect] as const)),
  () => syncWith([['download', { kind: 'corrupt' }, null]]),
  () => syncWith(always({ kind: 'status', status: 400 })),
  () => syncWith(always({ kind: 'malformed' })),
  () => syncWith([['createReport', { kind: 'report', outcome: 'FATAL' }, 3]]),
  () => syncWith([['token', { kind: 'status', status: 400 }, null]]),
  () => syncWith([['token', { kind: 'status', status: 401 }, null]]),
  () => syncWith([['token', { kind: 'malformed' }, null]]),
];

/** A few at once: each has a seller of its own. */
async function runAll(): Promise<void> {
  const left = [...SCENARIOS];
  const runner = async () => {
    for (let next = left.shift(); next !== undefined; next = left.shift()) await next();
  };
  await Promise.all([runner(), runner(), runner(), runner()]);
}

test(
  'nothing secret or personal is written anywhere, on good days and bad ones',
  async () => {
    const { temporal, env } = stack;
    const taskQueue = env.TEMPORAL_TASK_QUEUE ?? '';
    let over = false;
    const watching = (async () => {
      while (!over) {
        whileRunning.push(...(await runningDump(temporal, taskQueue)));
        await setTimeout(500);
      }
    })();
    await runAll().finally(() => {
      over = true;
    });
    await watching;
    for (const [what, count] of Object.entries(amazon.planted)) {
      expect([what, count > 0]).toEqual([what, true]);
    }

    const written = {
      logs: service.logs,
      temporal: [...whileRunning, ...(await temporalDump(temporal, taskQueue))],
      database: await databaseDump(env.DATABASE_URL ?? ''),
      http: service.answers,
      webhooks: receiver.received.map(({ headers, body }) => `${JSON.stringify(headers)} ${body}`),
    };

    // First that the search finds what is there.
    const [order] = sellers[0]?.orders ?? [];
    const [sync] = await stack.db.selectFrom('syncs').select(['sync_id', 'user_key']).execute();
    const [connection] = await stack.db.selectFrom('connections').select('id').execute();
    expect(placesOf(sync?.sync_id ?? '', written)).toEqual(
      expect.arrayContaining(['temporal', 'database', 'http']),
    );
    expect(placesOf(connection?.id ?? '', written)).toEqual(['logs', 'temporal', 'database']);
    expect(placesOf(RECEIVER.path, written)).toEqual(['database', 'http']);
    expect(placesOf('sync.completed', written)).toContain('webhooks');

    const everything: typeof found = [
      { name: 'the session secret', text: SECRETS.session, mayBeIn: [] },
      { name: 'the client secret', text: SECRETS.client, mayBeIn: [] },
      { name: 'the encryption key', text: SECRETS.key.toString('base64'), mayBeIn: [] },
      { name: 'the encryption key, bytes', text: SECRETS.key.toString('hex'), mayBeIn: [] },
      { name: 'the database password', text: SECRETS.databasePassword, mayBeIn: [] },
      { name: 'a text of an error of Amazon', text: AMAZON.errorText, mayBeIn: [] },
      { name: 'a buyer', text: AMAZON.buyer, mayBeIn: [] },
      { name: 'the URL of a webhook', text: RECEIVER.path, mayBeIn: ['database', 'http'] },
      { name: 'the answer of a receiver', text: RECEIVER.body, mayBeIn: [] },
      { name: 'where a receiver redirects to', text: RECEIVER.location, mayBeIn: [] },
      { name: 'an e-mail address', text: CLIENT.email, mayBeIn: [] },
      { name: 'what a client sent', text: CLIENT.body, mayBeIn: [] },
      { name: 'an order id', text: order?.orderId ?? '', mayBeIn: ['database', 'http'] },
      ...sellers.map(({ refreshToken }) => ({
        name: 'a refresh token',
        text: refreshToken,
        mayBeIn: [],
      })),
      ...[...amazon.accessTokens].map((text) => ({ name: 'an access token', text, mayBeIn: [] })),
      ...found,
    ];
    const leaks = everything.flatMap(({ name, text, mayBeIn }) =>
      placesOf(text, written)
        .filter((place) => !mayBeIn.includes(place))
        .map((place) => `${name} is in ${place}`),
    );
    expect([...new Set(leaks)]).toEqual([]);
    const secret = found.find(({ name }) => name === 'a webhook secret')?.text ?? '';
    expect(service.answers.filter((answer) => answer.includes(secret))).toHaveLength(1);
  },
  2 * PATIENCE_MS,
);
