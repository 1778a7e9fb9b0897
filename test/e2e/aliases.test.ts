import { z } from 'zod';
import { SyncStatusBody } from '../../contract/sync-status';
import { errorOf } from './bodies';
import { startTestStack, type TestStack, type TestUser } from './test-stack';

let stack: TestStack;
beforeAll(async () => {
  stack = await startTestStack();
  await stack.startWorker();
});
afterEach(() => stack.sandbox.clearFaults());
afterAll(() => stack.stop());

const V1 = '/api/v1/integrations';
const Started = z.object({ success: z.literal(true), syncId: z.string() });

async function startAt(user: TestUser, path: string): Promise<string> {
  const answer = await user.client.post(path);
  expect(answer.status).toBe(200);
  return Started.parse(answer.body).syncId;
}

async function cancelAt(user: TestUser, method: string, path: string) {
  const response = await fetch(stack.apiUrl + path, { method, headers: { cookie: user.cookie } });
  return { status: response.status, body: await response.json() };
}

/** Keeps a sync from ending. */
const hold = () =>
  stack.sandbox.setFault({ operation: 'createReport', times: null, effect: { kind: 'hang' } });

test.each(['/api/sync/start', `${V1}/sync/start`])('a sync is started at %s', async (path) => {
  const user = await stack.user(await stack.newSeller());
  const syncId = await startAt(user, path);
  const again = await user.client.post(path);
  expect([again.status, errorOf(again).existingSyncId]).toEqual([409, syncId]);
  const ended = await user.client.untilEnded(syncId, 60_000);
  // Body for body what the path of today answers.
  expect((await user.client.get(`${V1}/sync/status/${syncId}`)).body).toEqual(ended);
  const [today, old] = await Promise.all(
    ['/api/sync/history?limit=5', `${V1}/sync/history?limit=5`].map((list) =>
      user.client.get(list),
    ),
  );
  expect(old).toEqual(today);
});

test.each([
  ['DELETE', (id: string) => `${V1}/sync/cancel/${id}`],
  ['POST', (id: string) => `/api/sync/cancel?id=${id}`],
  ['POST', () => '/api/sync/cancel'],
  ['POST', () => '/api/sync/cancel?id='],
])(
  'a sync is cancelled by %s, and is a failed one for who knows no other word',
  async (method, pathOf) => {
    const user = await stack.user(await stack.newSeller());
    hold();
    const syncId = await startAt(user, '/api/sync/start');
    const answer = await cancelAt(user, method, pathOf(syncId));
    expect(answer).toMatchObject({ status: 200, body: { success: true, ok: true } });
    expect(await user.client.untilEnded(syncId, 60_000)).toMatchObject({ status: 'cancelled' });
    const { body } = await user.client.get(`${V1}/sync/status/${syncId}`);
    expect(SyncStatusBody.parse(body)).toMatchObject({
      status: 'failed',
      message: 'Sync cancelled',
    });
    const again = await cancelAt(user, 'DELETE', `${V1}/sync/cancel/${syncId}`);
    expect([again.status, errorOf(again)]).toMatchObject([
      400,
      { error: 'sync_not_running', status: 'failed' },
    ]);
    const history = await user.client.get(`${V1}/sync/history`);
    expect(history.body).toMatchObject({ syncs: [{ syncId, status: 'failed' }] });
  },
);

test('old paths need a session, an allowed origin and an id of one’s own', async () => {
  const user = await stack.user(await stack.newSeller());
  const stranger = await stack.user();
  expect((await fetch(`${stack.apiUrl}/api/sync/start`, { method: 'POST' })).status).toBe(401);
  const foreign = await fetch(`${stack.apiUrl}/api/sync/start`, {
    method: 'POST',
    headers: { cookie: user.cookie, origin: 'https://evil.example' },
  });
  expect(foreign.status).toBe(403);
  hold();
  const syncId = await startAt(user, '/api/sync/start');
  const path = `${V1}/sync/status/${syncId}`;
  expect((await stranger.client.get(path)).status).toBe(404);
  expect((await cancelAt(stranger, 'DELETE', `${V1}/sync/cancel/${syncId}`)).status).toBe(404);
  await user.client.post('/api/sync/cancel');
  await user.client.untilEnded(syncId, 60_000);
});

const Begun = z.strictObject({ auth_url: z.url(), state: z.string(), message: z.string() });

test.each(['/auth/amazon/start', `${V1}/connect-amazon`])(
  'connecting begins at %s: with JSON for a page, with a redirect for a browser',
  async (path) => {
    const user = await stack.user();
    const open = (headers: Record<string, string>) =>
      fetch(stack.apiUrl + path, { headers, redirect: 'manual' });
    const answer = await user.client.get(path);
    expect(answer.status).toBe(200);
    const { auth_url: authUrl, state } = Begun.parse(answer.body);
    expect(new URL(authUrl).searchParams.get('state')).toBe(state);
    const browser = await open({ cookie: user.cookie, accept: 'text/html,*/*;q=0.8' });
    expect(browser.status).toBe(302);
    const { origin, pathname } = new URL(browser.headers.get('location') ?? '');
    expect(authUrl.startsWith(origin + pathname)).toBe(true);
    expect((await open({})).status).toBe(401);
  },
);

test('whether Amazon is connected is told in the older words', async () => {
  const path = `${V1}/status`;
  const [without, connected] = [await stack.user(), await stack.user(await stack.newSeller())];
  for (const [user, isConnected] of [
    [without, false],
    [connected, true],
  ] as const) {
    expect(await user.client.get(path)).toEqual({
      status: 200,
      body: {
        amazon_connected: isConnected,
        docs_connected: false,
        providers: { amazon: isConnected },
      },
    });
  }
});

test.each(['/api/metrics/track', '/api/auth/logout'])(
  '%s, of another service, is a plain 404',
  async (path) => {
    const user = await stack.user();
    const answer = await user.client.post(path, {});
    expect([answer.status, errorOf(answer).error]).toEqual([404, 'not_found']);
  },
);
