import { join } from 'node:path';
import { type Child, startChild } from '../../dev/child-process';
import { countSealed } from '../../store/sealed-secrets';
import { eventually } from '../eventually';
import { startWebhookReceiver, type WebhookReceiver } from '../webhook-receiver';
import { start } from './bodies';
import { testBrowser } from './test-browser';
import { startTestStack, type TestStack } from './test-stack';

const KEYS = ['k1', 'k2', 'k3'].map(
  (id, n) => `${id}:${Buffer.alloc(32, n + 1).toString('base64')}`,
);
const [OLD = '', NEW = '', OTHER = ''] = KEYS;
const WEBHOOKS = '/api/v1/integrations/amazon/webhooks';

let stack: TestStack;
let receiver: WebhookReceiver;
beforeAll(async () => {
  receiver = await startWebhookReceiver();
  stack = await startTestStack({
    env: { TOKEN_ENCRYPTION_KEYS: `${OLD},${NEW}`, WEBHOOKS_ALLOW_LOOPBACK: 'true' },
  });
});
afterAll(async () => {
  await stack.stop();
  await receiver.close();
});

async function command(env: Record<string, string>): Promise<{ child: Child; lines: string[] }> {
  const lines: string[] = [];
  const child = await startChild({
    name: 'rotate-keys',
    command: process.execPath,
    args: [join(__dirname, '..', '..', 'dist', 'worker', 'rotate-keys.js')],
    env: { PATH: process.env.PATH, DATABASE_URL: stack.env.DATABASE_URL, ...env },
    onLine: (line) => lines.push(line),
  });
  return { child, lines };
}

async function rotate(keys: string): Promise<{ code: number | null; output: string }> {
  const { child, lines } = await command({ TOKEN_ENCRYPTION_KEYS: keys });
  const { code } = await child.ended;
  return { code, output: lines.join('\n') };
}

test('keys are changed while syncs run and a seller connects, and then the old one is not needed', async () => {
  const before = await stack.startWorker();
  const seller = await stack.newSeller();
  const user = await stack.user(seller);
  expect((await user.client.post(WEBHOOKS, { url: receiver.url })).status).toBe(200);
  const running = await start(user.client);
  const connecting = testBrowser(stack);
  const other = await stack.user();
  connecting.signIn(other.cookie);
  const [first] = await Promise.all([
    rotate(`${NEW},${OLD}`),
    connecting.connect(await stack.newSeller(), `?region=${seller.region}`),
  ]);
  expect([0, 2]).toContain(first.code);
  // The API has sealed with its first key, the old one, what came beside the first run.
  const second = await rotate(`${NEW},${OLD}`);
  expect(second).toEqual({
    code: 0,
    output: expect.stringMatching(
      /Done: .* sealed anew with k2, 0 left\nNothing is sealed with k1/,
    ),
  });
  expect(await rotate(`${NEW},${OLD}`)).toEqual({
    code: 0,
    output: expect.stringContaining('Done: 0 secrets sealed anew with k2, 0 left'),
  });
  const trail = stack.db.selectFrom('audit_events').select(['user_key', 'details']);
  const [event] = await trail.where('action', '=', 'key_rotation').orderBy('id').execute();
  expect(event).toMatchObject({ user_key: null, details: { by: 'operator', keyId: 'k2' } });
  expect(await user.client.untilEnded(running, 60_000)).toMatchObject({ status: 'complete' });
  before.stop();
  await before.done;

  stack.env.TOKEN_ENCRYPTION_KEYS = NEW;
  await stack.startWorker();
  const delivered = receiver.received.length;
  const after = await start(user.client);
  expect(await user.client.untilEnded(after, 60_000)).toMatchObject({ status: 'complete' });
  await eventually('the webhook', () => receiver.received.length > delivered || undefined);
  expect(await stack.differences(user, seller)).toEqual([]);
});

test('a key that is missing is named, and nothing is lost', async () => {
  await stack.user(await stack.newSeller());
  await rotate(`${NEW},${OLD}`);
  const before = await countSealed(stack.db);
  const { code, output } = await rotate(OTHER);
  expect(code).toBe(2);
  expect(output).toMatch(/sealed with k2: no such key is in TOKEN_ENCRYPTION_KEYS/);
  expect(await countSealed(stack.db)).toEqual(before);
});

test('with the role of the API it changes nothing, and says no key is unused', async () => {
  await stack.user(await stack.newSeller());
  const before = await countSealed(stack.db);
  const { child, lines } = await command({
    DATABASE_URL: stack.apiEnv.DATABASE_URL ?? '',
    TOKEN_ENCRYPTION_KEYS: `${OTHER},${NEW},${OLD}`,
  });
  expect((await child.ended).code).toBe(1);
  expect(lines.join('\n')).toMatch(/not one for the worker. It must be amazon_sync_worker/);
  expect(await countSealed(stack.db)).toEqual(before);
});

test('wrong settings and a database out of reach end it, without their text', async () => {
  const { child, lines } = await command({ TOKEN_ENCRYPTION_KEYS: 'k1:planted' });
  expect((await child.ended).code).toBe(1);
  expect(lines.join('\n')).toContain('TOKEN_ENCRYPTION_KEYS');
  expect(lines.join('\n')).not.toContain('planted');
  const away = await command({
    TOKEN_ENCRYPTION_KEYS: NEW,
    DATABASE_URL: 'postgres://sync:planted@127.0.0.1:1/sync',
  });
  expect((await away.child.ended).code).toBe(1);
  expect(away.lines).toEqual(['The database is out of reach']);
});
