import { sql } from 'kysely';
import { z } from 'zod';
import { AuditEvent } from '../../contract/audit';
import { errorOf, start } from './bodies';
import { startTestStack, type TestStack, type TestUser } from './test-stack';
import { registerWebhook, WEBHOOKS } from './webhook-calls';

const AMAZON = '/api/v1/integrations/amazon';
const AUDIT = `${AMAZON}/audit`;
const HANG = { operation: 'createReport', times: null, effect: { kind: 'hang' } } as const;

let stack: TestStack;
beforeAll(async () => {
  stack = await startTestStack();
  await stack.startWorker();
});
afterAll(() => stack?.stop());

const Trail = z.strictObject({
  success: z.literal(true),
  events: z.array(AuditEvent.strict()),
  nextCursor: z.string().nullable(),
});

async function trailOf({ client }: TestUser, query = '') {
  return Trail.parse((await client.get(`${AUDIT}${query}`)).body);
}

test('a user finds everything that was done to the account, also after a purge', async () => {
  const seller = await stack.newSeller();
  const user = await stack.user(seller);
  const { client, cookie } = user;
  const send = (path: string, method = 'GET') =>
    fetch(stack.apiUrl + path, { method, headers: { cookie } });

  const address = 'https://receiver.example.com/hooks';
  const { id: webhookId } = await registerWebhook(client, address);
  await client.put(`${AMAZON}/schedule`, { enabled: false, hourUtc: 7 });
  await client.put(`${AMAZON}/schedule`, { enabled: false }); // as it is
  stack.sandbox.setFault(HANG);
  const syncId = await start(client);
  await client.post(`/api/sync/cancel/${syncId}`);
  await client.untilEnded(syncId, 60_000);
  stack.sandbox.clearFaults();
  expect((await client.post(`/api/sync/cancel/${syncId}`)).status).toBe(400); // has ended
  await (await send(`${AMAZON}/orders?format=csv&sku=PRIVATE`)).text();
  await send(`${WEBHOOKS}/${webhookId}`, 'DELETE');
  expect((await send(`${WEBHOOKS}/${webhookId}`, 'DELETE')).status).toBe(404);
  await client.post(`${AMAZON}/disconnect?purge=1`);

  const { events } = await trailOf(user);
  expect(events.map(({ action }) => action).reverse()).toEqual([
    'connect',
    'webhook_created',
    'schedule_changed',
    'cancel',
    'export',
    'webhook_deleted',
    'disconnect',
    'purge',
    'purge_finished',
  ]);
  const detailsOf = (action: string) => events.find((event) => event.action === action)?.details;
  expect(detailsOf('schedule_changed')).toEqual({ enabled: false, hourUtc: 7 });
  expect(detailsOf('cancel')).toEqual({ syncId });
  expect(detailsOf('export')).toEqual({ list: 'orders' });
  expect(detailsOf('webhook_deleted')).toEqual({ webhookId });
  expect(detailsOf('purge')).toEqual({ connections: 1, syncs: 1, webhooks: 0 });
  for (const personal of [seller.sellerId, 'receiver.example.com', 'PRIVATE']) {
    expect(JSON.stringify(events)).not.toContain(personal);
  }
});

test('the trail comes in pages, and nobody else’s with it', async () => {
  const user = await stack.user();
  const stranger = await stack.user();
  for (const n of [1, 2, 3]) await registerWebhook(user.client, `https://example.com/${n}`);
  const first = await trailOf(user, '?limit=2');
  const second = await trailOf(user, `?limit=2&cursor=${first.nextCursor}`);
  expect([first.events.length, second.events.length, second.nextCursor]).toEqual([2, 1, null]);
  expect(await trailOf(stranger, `?cursor=${first.nextCursor}`)).toMatchObject({ events: [] });
  expect(await trailOf(stranger)).toMatchObject({ events: [], nextCursor: null });
  for (const query of ['?cursor=x', '?limit=0', '?limit=201', '?user=1']) {
    const refused = await user.client.get(`${AUDIT}${query}`);
    expect([query, refused.status, errorOf(refused).error]).toEqual([
      query,
      400,
      'invalid_request',
    ]);
  }
  expect((await fetch(stack.apiUrl + AUDIT)).status).toBe(401);
});

test('whoever does something without end is told to wait, and can still disconnect', async () => {
  const { client, userId, cookie } = await stack.user(await stack.newSeller());
  await sql`insert into audit_events (user_key, action, at, details)
    select ${userId}, 'export', now(), '{}' from generate_series(1, 1000)`.execute(stack.db);
  const headers = { cookie };
  const file = await fetch(`${stack.apiUrl}${AMAZON}/orders?format=csv`, { headers });
  expect([file.status, file.headers.has('retry-after')]).toEqual([429, true]);
  const made = await client.post(WEBHOOKS, { url: 'https://receiver.example.com/hooks' });
  expect(made).toMatchObject({ status: 429, body: { error: 'too_many_requests' } });
  expect((await client.get(WEBHOOKS)).body).toMatchObject({ webhooks: [] });
  expect((await client.put(`${AMAZON}/schedule`, { hourUtc: 11 })).status).toBe(429);
  expect((await client.get(`${AMAZON}/orders`)).status).toBe(200);
  expect((await client.post(`${AMAZON}/disconnect?purge=1`)).status).toBe(200);
});

test('a sync that is asked to end again and again is asked once', async () => {
  const user = await stack.user(await stack.newSeller());
  stack.sandbox.setFault(HANG);
  const syncId = await start(user.client);
  for (let time = 0; time < 4; time += 1) await user.client.post(`/api/sync/cancel/${syncId}`);
  await user.client.untilEnded(syncId, 60_000);
  stack.sandbox.clearFaults();
  const { events } = await trailOf(user);
  expect(events.filter(({ action }) => action === 'cancel')).toHaveLength(1);
});
