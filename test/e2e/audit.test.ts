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
}, 90_000);

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
