import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { connect } from 'node:net';
import { sign } from 'jsonwebtoken';
import { currentConnections, requireReauthorization } from '../../store/connections';
import { errorOf, overviewOf, START, start } from './bodies';
import { firstSeller, startTestStack, type TestStack } from './test-stack';

let stack: TestStack;

beforeAll(async () => {
  stack = await startTestStack();
});
afterAll(() => stack.stop());

async function send(path: string, init: RequestInit) {
  const response = await fetch(new URL(path, stack.apiUrl), init);
  const body: unknown = await response.json();
  return { status: response.status, body, headers: response.headers };
}

test('a user without a connection is told to connect Amazon first', async () => {
  const user = await stack.user();
  const answer = await user.client.post(START);
  expect(answer.status).toBe(400);
  expect(errorOf(answer)).toMatchObject({ success: false, error: 'amazon_not_connected' });
});

test('a user whose authorization Amazon withdrew is told to connect again', async () => {
  const user = await stack.user(firstSeller(stack));
  const [connection] = await currentConnections(stack.db, user.userId);
  const id = connection?.id ?? '';
  await requireReauthorization(stack.db, id, connection?.authorizedAt ?? new Date(), new Date());
  const answer = await user.client.post(START);
  expect(answer.status).toBe(400);
  expect(errorOf(answer)).toMatchObject({
    error: 'amazon_not_connected',
    reason: 'reauthorization_required',
  });
});

test.each([
  ['malformed JSON', '{"mode":', 400],
  ['a wrong type', '{"mode":7}', 400],
  ['an unknown mode', '{"mode":"fast"}', 400],
  ['an unknown field', '{"modes":"auto"}', 400],
  ['an array', '[]', 400],
  ['a bare word', '"auto"', 400],
  ['a body over 16 KB', JSON.stringify({ mode: 'x'.repeat(20_000) }), 413],
])('%s in the body is an invalid request and starts nothing', async (_, body, status) => {
  const user = await stack.user(firstSeller(stack));
  const headers = { cookie: user.cookie, 'content-type': 'application/json' };
  const answer = await send(START, { method: 'POST', headers, body });
  expect(answer.status).toBe(status);
  expect(errorOf(answer).error).toBe('invalid_request');
  expect((await overviewOf(user.client)).status).toBe('idle');
});

test('a body that is not JSON is refused, not ignored', async () => {
  const user = await stack.user(firstSeller(stack));
  const headers = { cookie: user.cookie, 'content-type': 'application/x-www-form-urlencoded' };
  const answer = await send(START, { method: 'POST', headers, body: 'mode=full' });
  expect([answer.status, errorOf(answer).error]).toEqual([400, 'invalid_request']);
});

test('a body that is not JSON is refused also when it comes in chunks, without a length', async () => {
  const user = await stack.user(firstSeller(stack));
  for (const type of [
    'application/x-www-form-urlencoded',
    'text/plain',
    'application/csp-report',
  ]) {
    const answer = await send(START, {
      method: 'POST',
      headers: { cookie: user.cookie, 'content-type': type },
      body: new Blob(['mode=full']).stream(),
      duplex: 'half',
    });
    expect([type, answer.status, errorOf(answer).error]).toEqual([type, 400, 'invalid_request']);
  }
  expect((await overviewOf(user.client)).status).toBe('idle');
});

test('no answer may be kept by a cache or read as another type, errors included', async () => {
  const user = await stack.user();
  for (const path of ['/api/sync/status', '/api/sync/status/sync_x_1', '/nowhere', '/readyz']) {
    for (const cookie of [user.cookie, '']) {
      const answer = await send(path, { headers: { cookie } });
      expect(answer.headers.get('cache-control')).toBe('no-store');
      expect(answer.headers.get('x-content-type-options')).toBe('nosniff');
    }
  }
});

test.each([
  ['limit=0'],
  ['limit=201'],
  ['limit=many'],
  ['cursor=abc'],
  ['cursor=%00'],
  [`cursor=${cursorAt('0000-01-01T00:00:00.000Z')}`],
  ['from=yesterday'],
  ['limit=1&limit=2'],
  ['form=2026-01-01'],
])('the query %s is an invalid request', async (query) => {
  const user = await stack.user();
  const answer = await user.client.get(`/api/v1/integrations/amazon/orders?${query}`);
  expect([answer.status, errorOf(answer).error]).toEqual([400, 'invalid_request']);
});

/** A cursor of orders by purchase that this service would not make. */
function cursorAt(time: string): string {
  return Buffer.from(JSON.stringify(['-purchaseDate', time, '1', randomUUID()])).toString(
    'base64url',
  );
}

test('without a session, or with a forged or expired one, the answer is 401', async () => {
  const now = Math.floor(Date.now() / 1000);
  const claims = { sub: 'user123', exp: now + 60 };
  const cookies = [
    '',
    'session_token=nonsense',
    `session_token=${sign(claims, 'another secret that is long enough, really')}`,
    `session_token=${sign({ ...claims, exp: now - 1 }, stack.sessionSecret)}`,
    `session_token=${sign({ sub: 'user123' }, stack.sessionSecret)}`,
    `session_token=${sign(claims, null, { algorithm: 'none' })}`,
    `session_token=${sign(claims, stack.sessionSecret, { algorithm: 'HS512' })}`,
  ];
  const paths = ['/api/sync/status', '/api/v1/integrations/amazon/orders'];
  for (const cookie of cookies) {
    const started = await send(START, { method: 'POST', headers: { cookie } });
    expect([cookie, started.status, errorOf(started).error]).toEqual([cookie, 401, 'unauthorized']);
    for (const path of paths) {
      expect((await send(path, { headers: { cookie } })).status).toBe(401);
    }
  }
});

test('a session is taken from the cookie or from a bearer token', async () => {
  const user = await stack.user();
  const token = user.cookie.slice('session_token='.length);
  const ways: Record<string, string>[] = [
    { cookie: user.cookie },
    { authorization: `Bearer ${token}` },
  ];
  for (const headers of ways) {
    expect((await send('/api/sync/status', { headers })).status).toBe(200);
  }
});

test('headers and parameters that name a user have no effect', async () => {
  const victim = await stack.user(firstSeller(stack));
  const syncId = await start(victim.client);
  const attacker = await stack.user();
  const headers = {
    cookie: attacker.cookie,
    'x-user-id': victim.userId,
    'content-type': 'application/json',
  };
  const query = `userId=${victim.userId}&user=${victim.userId}`;
  const status = await send(`/api/sync/status?${query}`, { headers });
  expect(status.body).toMatchObject({ status: 'idle' });
  const started = await send(`${START}?${query}`, { method: 'POST', headers });
  expect(errorOf(started).error).toBe('amazon_not_connected');
  const byId = await send(`/api/sync/status/${syncId}?${query}`, { headers });
  expect([byId.status, errorOf(byId).error]).toEqual([404, 'not_found']);
  // Without any session they do not stand in for one either.
  const anonymous = await send(`/api/sync/status?${query}`, {
    headers: { 'x-user-id': victim.userId },
  });
  expect(anonymous.status).toBe(401);
});

test.each([
  ['sync_nobody_1'],
  ['sync_1'],
  ['x'],
  ['%F0%9F%92%A9'],
  ['sync_a%2Fb_1'],
  ['a'.repeat(2_000)],
])('the unknown sync %# is not found', async (syncId) => {
  const user = await stack.user();
  const answer = await user.client.get(`/api/sync/status/${syncId}`);
  expect([answer.status, errorOf(answer).error]).toEqual([404, 'not_found']);
});

test('a sync id of the right form that never was is not found', async () => {
  const user = await stack.user(firstSeller(stack));
  for (const id of [`sync_${user.userId}_1`, `sync_${user.userId}_${Date.now()}`]) {
    expect((await user.client.get(`/api/sync/status?syncId=${id}`)).status).toBe(404);
  }
});

test('an unknown path is 404 before the session is looked at', async () => {
  for (const path of ['/', '/api/metrics/track', '/api/auth/logout', '/dev/sign-in', '/%2e%2e/x']) {
    for (const method of ['GET', 'POST']) {
      const answer = await send(path, { method });
      expect([path, answer.status, errorOf(answer).error]).toEqual([path, 404, 'not_found']);
    }
  }
});

test('a request that changes state from an origin that is not allowed is refused', async () => {
  const user = await stack.user(firstSeller(stack));
  const post = (origin: string) =>
    send(START, { method: 'POST', headers: { cookie: user.cookie, origin } });
  for (const origin of [
    'https://evil.example',
    'https://shop.example.evil.example',
    'http://shop.example',
    'https://shop.example:444',
    'null',
  ]) {
    const answer = await post(origin);
    expect([origin, answer.status, errorOf(answer).error]).toEqual([
      origin,
      403,
      'forbidden_origin',
    ]);
  }
  expect((await overviewOf(user.client)).status).toBe('idle');
  expect((await post('https://shop.example')).status).toBe(200);
});

test('every error has a request id, which is in the header too, and nothing of our insides', async () => {
  const answer = await send(START, { method: 'POST' });
  const { requestId } = errorOf(answer);
  expect(requestId).toMatch(/^[0-9a-f-]{36}$/);
  expect(answer.headers.get('x-request-id')).toBe(requestId);
  expect(JSON.stringify(answer.body)).not.toMatch(/stack|node_modules|\.ts/);
});

test('user ids of any form can sync; what is unsafe in a path never gets into a sync id', async () => {
  const ids = ['seller@example.com', 'a/b:c', 'ユーザー', 'x'.repeat(500), `u-${randomUUID()}`];
  const syncIds = new Set<string>();
  for (const id of ids) {
    const user = await stack.user(firstSeller(stack), id);
    const syncId = await start(user.client);
    expect(syncId).toMatch(/^sync_[A-Za-z0-9_-]{1,64}_\d+$/);
    expect((await user.client.get(`/api/sync/status/${syncId}`)).status).toBe(200);
    syncIds.add(syncId);
  }
  expect(syncIds.size).toBe(ids.length);
});

test('requests whose bodies never end take no place from others', async () => {
  const { port } = new URL(stack.apiUrl);
  const head = `POST ${START} HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n`;
  const slow = await Promise.all(
    Array.from({ length: 150 }, async () => {
      const socket = connect(Number(port), '127.0.0.1');
      socket.on('error', () => undefined);
      await once(socket, 'connect');
      socket.write(`${head}Content-Length: 100\r\n\r\n{`);
      return socket;
    }),
  );
  const user = await stack.user();
  const begun = performance.now();
  expect((await user.client.get('/api/sync/status')).status).toBe(200);
  expect(performance.now() - begun).toBeLessThan(3_000);
  for (const socket of slow) socket.destroy();
});

test('an idle connection is kept for longer than load balancers keep theirs', async () => {
  const { headers } = await fetch(`${stack.apiUrl}/healthz`);
  expect(headers.get('keep-alive')).toBe('timeout=75');
});

test('liveness and readiness need no session', async () => {
  expect(await send('/healthz', {})).toMatchObject({ status: 200, body: { status: 'ok' } });
  expect(await send('/readyz', {})).toMatchObject({ status: 200, body: { status: 'ready' } });
});

test('no session token, refresh token or e-mail address is in the logs', async () => {
  const seller = firstSeller(stack);
  const user = await stack.user(seller, 'seller@example.com');
  await user.client.get('/api/sync/status?syncId=seller@example.com');
  const logs = stack.logs.join('\n');
  for (const secret of [
    user.cookie.slice('session_token='.length),
    seller.refreshToken,
    stack.sessionSecret,
    'seller@example.com',
    'test-client-secret',
  ]) {
    expect(logs).not.toContain(secret);
  }
});
