import { randomUUID } from 'node:crypto';
import { z } from 'zod';
import { WEBHOOKS_PER_USER, Webhook } from '../../contract/webhooks';
import { errorOf } from './bodies';
import { startTestStack, type TestStack, type TestUser } from './test-stack';
import { deliveriesOf, registerWebhook, WEBHOOKS } from './webhook-calls';

let stack: TestStack;
beforeAll(async () => {
  stack = await startTestStack();
});
afterAll(() => stack?.stop());

const Listed = z.strictObject({ success: z.literal(true), webhooks: z.array(Webhook.strict()) });
const listed = async ({ client }: TestUser) =>
  Listed.parse((await client.get(WEBHOOKS)).body).webhooks;

async function remove({ cookie }: TestUser, id: string) {
  const url = `${stack.apiUrl}${WEBHOOKS}/${id}`;
  const response = await fetch(url, { method: 'DELETE', headers: { cookie } });
  const body: unknown = await response.json();
  return { status: response.status, body };
}

test('a webhook is registered, listed without its secret, and deleted', async () => {
  const user = await stack.user();
  const {
    secret,
    success: _,
    ...webhook
  } = await registerWebhook(user.client, 'https://EXAMPLE.com/hooks#there');
  expect(webhook).toMatchObject({ url: 'https://example.com/hooks', enabled: true });
  expect(await listed(user)).toEqual([webhook]);
  expect(await deliveriesOf(user.client, webhook.id)).toEqual([]);
  expect(await remove(user, webhook.id)).toMatchObject({ status: 200, body: { success: true } });
  expect(await listed(user)).toEqual([]);
  expect((await remove(user, webhook.id)).status).toBe(404);
  expect(stack.logs.join('\n')).not.toContain(secret);
});

test.each([
  'http://example.com/',
  'https://127.0.0.1/',
  'http://127.0.0.1:8080/',
  'https://169.254.169.254/',
  'https://2852039166/',
  'https://[::ffff:10.0.0.1]/',
  'https://localhost/',
  'https://user:password@example.com/',
  'https://example.com:22/',
  'nowhere',
])('%s is refused, with the reason', async (url) => {
  const user = await stack.user();
  const answer = await user.client.post(WEBHOOKS, { url });
  expect(answer.status).toBe(400);
  expect(errorOf(answer)).toMatchObject({
    error: 'invalid_request',
    message: expect.stringMatching(/^url: must /),
  });
  expect(await listed(user)).toEqual([]);
});

test.each([[{}], [{ url: 7 }], [{ url: 'https://example.com', secret: 'mine' }]])(
  '%j registers nothing',
  async (body) => {
    const user = await stack.user();
    expect((await user.client.post(WEBHOOKS, body)).status).toBe(400);
    expect(await listed(user)).toEqual([]);
  },
);

test('a user has no more than ten, until one is deleted', async () => {
  const user = await stack.user();
  const urls = Array.from({ length: WEBHOOKS_PER_USER }, (_, n) => `https://example.com/${n}`);
  for (const url of urls) await registerWebhook(user.client, url);
  const refused = await user.client.post(WEBHOOKS, { url: 'https://example.com/more' });
  expect([refused.status, errorOf(refused).error]).toEqual([400, 'too_many_webhooks']);
  const [first] = await listed(user);
  await remove(user, String(first?.id));
  await registerWebhook(user.client, 'https://example.com/more');
  expect((await listed(user)).map(({ url }) => url)).toEqual([
    ...urls.slice(1),
    'https://example.com/more',
  ]);
});

test('another user’s webhook is unknown, and so is what is no id', async () => {
  const [owner, stranger] = [await stack.user(), await stack.user()];
  const { id } = await registerWebhook(owner.client, 'https://example.com/');
  expect(await listed(stranger)).toEqual([]);
  for (const unknown of [id, randomUUID(), 'webhook', '%00', "'"]) {
    expect((await remove(stranger, unknown)).status).toBe(404);
    const answer = await stranger.client.get(`${WEBHOOKS}/${unknown}/deliveries`);
    expect(answer.status).toBe(404);
    expect(errorOf(answer).error).toBe('not_found');
  }
  expect(await listed(owner)).toHaveLength(1);
});

test.each(['limit=0', 'limit=101', 'limit=x'])('refuses deliveries?%s', async (query) => {
  const user = await stack.user();
  const { id } = await registerWebhook(user.client, 'https://example.com/');
  expect((await user.client.get(`${WEBHOOKS}/${id}/deliveries?${query}`)).status).toBe(400);
});

test('needs a session', async () => {
  expect((await fetch(stack.apiUrl + WEBHOOKS)).status).toBe(401);
  expect((await fetch(stack.apiUrl + WEBHOOKS, { method: 'POST' })).status).toBe(401);
});
