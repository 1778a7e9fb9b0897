import { z } from 'zod';
import { eventually } from '../eventually';
import { type DescribedOperation, describedOperations } from '../fuzz/described-operations';
import { start, statusOf } from './bodies';
import { firstSeller, startTestStack, type TestStack, type TestUser } from './test-stack';
import { registerWebhook, WEBHOOKS } from './webhook-calls';

const AMAZON = '/api/v1/integrations/amazon';
const LISTS = ['orders', 'inventory', 'claims', 'returns', 'audit'].map(
  (name) => `${AMAZON}/${name}`,
);
const HOOK = 'https://hooks.victim.example/synced';

let stack: TestStack;
let victim: TestUser;
let operations: DescribedOperation[];
/** What the victim has that an attacker could name. */
let theirs: { syncId: string; webhookId: string; state: string; cursors: Map<string, string> };
/** Words that are in nobody else's answers. */
let secrets: string[];

const Page = z.looseObject({ nextCursor: z.string().nullable() });
const Orders = z.looseObject({ orders: z.array(z.looseObject({ orderId: z.string() })) });
const Begun = z.looseObject({ state: z.string() });

beforeAll(async () => {
  stack = await startTestStack();
  await stack.startWorker();
  const seller = await stack.newSeller();
  victim = await stack.user(seller);
  const { client } = victim;
  const webhook = await registerWebhook(client, HOOK);
  const ended = await client.untilEnded(await start(client), 60_000);
  expect(ended).toMatchObject({ status: 'complete', partial: false });
  // The one that runs while others try to stop it.
  stack.sandbox.setFault({
    operation: 'getInventorySummaries',
    sellerId: seller.sellerId,
    times: null,
    effect: { kind: 'hang' },
  });
  const cursors = new Map<string, string>();
  for (const path of LISTS) {
    const { body } = await client.get(`${path}?limit=1`);
    const { nextCursor } = Page.parse(body);
    if (nextCursor !== null) cursors.set(path, nextCursor);
  }
  expect([...cursors.keys()]).toEqual(expect.arrayContaining(LISTS.slice(0, 4)));
  const { orders } = Orders.parse((await client.get(`${AMAZON}/orders?limit=200`)).body);
  const begun = await client.get(`${AMAZON}/auth/start`);
  const { state } = Begun.parse(begun.body);
  const syncId = await restarted();
  theirs = { syncId, webhookId: webhook.id, state, cursors };
  secrets = [HOOK, webhook.secret, webhook.id, victim.userId];
  secrets.push(...orders.map(({ orderId }) => orderId));
  expect(orders.length).toBeGreaterThan(50);
  operations = describedOperations(
    await (await fetch(`${stack.apiUrl}/openapi.json`)).json(),
  ).filter(({ path }) => !['/openapi.json', '/healthz', '/readyz'].includes(path));
});
afterAll(() => stack.stop());

/** Another sync of the victim; the workflow of the first one closes some moments after its end. */
function restarted(): Promise<string> {
  return eventually('a second sync', async () => {
    const { status, body } = await victim.client.post(`${AMAZON}/sync`, { mode: 'full' });
    return status === 200 ? z.looseObject({ syncId: z.string() }).parse(body).syncId : undefined;
  });
}

/** The victim's, for each parameter that could name something of a user; undefined for one that cannot. */
function theirsFor({ path, method }: DescribedOperation, name: string): string | undefined {
  switch (name) {
    case 'syncId':
      return theirs.syncId;
    case 'state':
    case 'amazon_state':
      return theirs.state;
    case 'cursor':
      return theirs.cursors.get(path);
    case 'id':
      // The delivery of a webhook, or the webhook itself.
      return theirs.webhookId;
    default:
      if (HARMLESS.has(name)) return undefined;
      throw new Error(`${method} ${path}: does ${name} name something of a user? Say so here.`);
  }
}

/** Parameters that filter or shape what the user of the session has. */
const HARMLESS = new Set(
  `asin days error format from items limit marketplaceId months offset orderId provider purge reason region
  selling_partner_id sku sort spapi_oauth_code status timeZone to version amazon_callback_uri
  success`.split(/\s+/),
);

/** As somebody else, with everything of the victim's that the operation takes, and who they are in every guise. */
async function attack(operation: DescribedOperation, attacker: TestUser) {
  const { method, parameters, requestBody } = operation;
  let path = operation.path;
  const query = new URLSearchParams({ userId: victim.userId, user: victim.userId });
  for (const parameter of parameters) {
    const value = theirsFor(operation, parameter.name);
    if (parameter.in === 'path') {
      if (value === undefined) throw new Error(`${path}: no value for ${parameter.name}`);
      path = path.replace(`{${parameter.name}}`, encodeURIComponent(value));
    } else if (value !== undefined) query.set(parameter.name, value);
  }
  const body = requestBody === undefined ? undefined : '{}';
  const response = await fetch(`${stack.apiUrl}${path}?${query}`, {
    method,
    redirect: 'manual',
    headers: {
      cookie: attacker.cookie,
      'x-user-id': victim.userId,
      'last-event-id': `${theirs.syncId}:1`,
      ...(body !== undefined && { 'content-type': 'application/json' }),
    },
    body,
  });
  return { status: response.status, text: await response.text(), headers: response.headers };
}

/** Everything that the victim can see and that no time changes. */
async function seenByVictim(): Promise<unknown> {
  const paths = [
    ...LISTS.slice(0, 4).map((path) => `${path}?limit=200`),
    `${AMAZON}/status`,
    `${AMAZON}/schedule`,
    WEBHOOKS,
  ];
  const seen = [];
  for (const path of paths) {
    const { status, body } = await victim.client.get(path);
    const shown = { ...z.looseObject({}).parse(body), lastSyncedAt: null, nextRunAt: null };
    seen.push({ path, status, body: shown });
  }
  return seen;
}

test('no route shows or changes anything of another user', async () => {
  const before = await seenByVictim();
  expect(operations.length).toBeGreaterThan(30);
  for (const operation of operations) {
    // One without rows: whatever an answer holds of the victim's stands out. Connected, so that nothing ends early.
    const attacker = await stack.user(firstSeller(stack));
    const what = `${operation.method} ${operation.path}`;
    const { status, text, headers } = await attack(operation, attacker);
    expect(`${what}: ${status}`).not.toMatch(/: 5\d\d$/);
    // What an attacker has sent may come back in the address of a redirect to their own browser; no more.
    const shown = `${text} ${headers.get('set-cookie') ?? ''} ${headers.get('etag') ?? ''}`;
    expect({ what, shown: secrets.filter((secret) => shown.includes(secret)) }).toEqual({
      what,
      shown: [],
    });
    if (operation.path.includes('{')) expect({ what, status }).toEqual({ what, status: 404 });
  }
  expect(await seenByVictim()).toEqual(before);
  expect(await statusOf(victim.client, theirs.syncId)).toMatchObject({ status: 'in_progress' });
  const { body } = await victim.client.get(`${AMAZON}/audit`);
  expect(JSON.stringify(body)).not.toMatch(/"(cancel|disconnect|purge|webhook_deleted)"/);
});

const rank = ({ method }: DescribedOperation) => ['GET', 'POST', 'DELETE'].indexOf(method);

test('what is tried above works for the one whose it is', async () => {
  const statuses = new Map<string, number>();
  const named = operations.filter(({ path }) => path.includes('{'));
  // What is deleted last was there to be looked at before.
  for (const operation of named.sort((one, other) => rank(one) - rank(other))) {
    // The end of a stream would have to be waited for.
    if (operation.path.includes('/sse/')) continue;
    const { status } = await attack(operation, victim);
    statuses.set(`${operation.method} ${operation.path}`, status);
  }
  // A second cancel of one sync may find it ended.
  expect([...statuses].filter(([, status]) => status !== 200 && status !== 400)).toEqual([]);
  expect([...statuses.values()].filter((status) => status === 200).length).toBeGreaterThan(3);
});
