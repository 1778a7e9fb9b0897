import { join } from 'node:path';
import { z } from 'zod';
import { describedOperations } from '../fuzz/described-operations';
import { errorOf, START, start } from './bodies';
import { firstSeller, startTestStack, type TestStack, type TestUser } from './test-stack';

const PUBLIC = 'https://sync.example';
const FRONTEND = 'https://shop.example';
const ORDERS = '/api/v1/integrations/amazon/orders';

/** Origins that look like an allowed one. A browser sends only some of them; whoever compares loosely takes more. */
const EVIL = [
  'null',
  'https://evil.example',
  'http://shop.example',
  'https://shop.example:443',
  'https://shop.example:8443',
  'https://shop.example.',
  'https://shop.example/',
  'https://SHOP.example',
  'https://www.shop.example',
  'https://shop.example.evil.example',
  'https://evilshop.example',
  'https://shop.exampl',
  'https://shop.example@evil.example',
  'https://shop.example, https://shop.example',
  'https://xn--shop-.example',
  'file://',
  '*',
];

let stack: TestStack;
let user: TestUser;
let operations: ReturnType<typeof describedOperations>;
beforeAll(async () => {
  stack = await startTestStack({
    env: { PUBLIC_URL: PUBLIC, FRONTEND_URL: FRONTEND },
    consoleFolder: join(__dirname, '..', '..', 'dist', 'browser'),
  });
  user = await stack.user(firstSeller(stack));
  operations = describedOperations(await (await send('/openapi.json')).json());
});
afterAll(() => stack.stop());

const send = (path: string, init: RequestInit = {}) =>
  fetch(`${stack.apiUrl}${path}`, { redirect: 'manual', ...init });

const signedIn = (more: Record<string, string> = {}) => ({
  headers: { cookie: user.cookie, ...more },
});

/** One of each kind of answer: what it is, how it comes about, and how long it may be kept. */
async function everyKind(): Promise<[kind: string, status: number, kept: RegExp, Response][]> {
  const syncId = await start(user.client);
  const list = await send(ORDERS, signedIn());
  const tag = { 'if-none-match': (await other()).headers.get('etag') ?? '' };
  const post = (body: string, headers: Record<string, string> = {}) =>
    send(START, {
      method: 'POST',
      body,
      headers: { cookie: user.cookie, 'content-type': 'application/json', ...headers },
    });
  const page = await (await send('/docs')).text();
  const [, script = ''] = /src="(docs\/[^"]+)"/.exec(page) ?? [];
  const NO_STORE = /^no-store$/;
  const ASKED = /^(private, )?no-cache/;
  return [
    ['a list', 200, /^(no-store|private, no-cache)$/, list],
    ['a list that is known', 304, ASKED, await other(tag)],
    [
      'a file',
      200,
      /^(no-store|private, no-cache)$/,
      await send(`${ORDERS}?format=csv`, signedIn()),
    ],
    [
      'events',
      200,
      /^no-cache, no-transform$/,
      await send(`/api/sse/sync-progress/${syncId}`, signedIn()),
    ],
    ['a redirect', 302, NO_STORE, await send('/api/v1/integrations/amazon/auth/callback')],
    ['JSON', 200, NO_STORE, await send('/api/v1/integrations/amazon/status', signedIn())],
    ['the console', 200, ASKED, await send('/')],
    ['a script of the console', 200, ASKED, await send('/assets/console/main.js')],
    ['the page of the API', 200, ASKED, await send('/docs')],
    [
      'a script of that page',
      200,
      /^public, max-age=31536000, immutable$/,
      await send(`/${script}`),
    ],
    ['the document', 200, NO_STORE, await send('/openapi.json')],
    ['health', 200, NO_STORE, await send('/healthz')],
    ['no such path', 404, NO_STORE, await send('/nowhere')],
    ['no such method', 404, NO_STORE, await send('/healthz', { method: 'DELETE' })],
    ['no session', 401, NO_STORE, await send(ORDERS)],
    ['a wrong request', 400, NO_STORE, await send(`${ORDERS}?limit=0`, signedIn())],
    ['a cursor that is none', 400, NO_STORE, await other({}, '?cursor=x')],
    ['no JSON', 400, NO_STORE, await post('{')],
    ['too much', 413, NO_STORE, await post(`"${'x'.repeat(20_000)}"`)],
    ['another origin', 403, NO_STORE, await post('{}', { origin: 'https://evil.example' })],
    ['a second sync', 409, NO_STORE, await post('{}')],
    ['a preflight', 204, NO_STORE, await preflight(FRONTEND)],
    ['a refused preflight', 404, NO_STORE, await preflight('https://evil.example')],
    ['HEAD', 200, ASKED, await send('/', { method: 'HEAD' })],
  ];
}

/** Orders of one for whom no sync runs, so that they have a tag. */
let idle: TestUser | undefined;
async function other(more: Record<string, string> = {}, query = ''): Promise<Response> {
  idle ??= await stack.user();
  return send(`${ORDERS}${query}`, { headers: { cookie: idle.cookie, ...more } });
}

const preflight = (origin: string) =>
  send(START, {
    method: 'OPTIONS',
    headers: { origin, 'access-control-request-method': 'POST' },
  });

test('every kind of answer tells browsers what not to do with it', async () => {
  for (const [kind, status, kept, response] of await everyKind()) {
    const { headers } = response;
    await response.body?.cancel();
    expect([kind, response.status]).toEqual([kind, status]);
    const policy = headers.get('content-security-policy') ?? '';
    for (const directive of [
      "default-src 'none'",
      "frame-ancestors 'none'",
      "base-uri 'none'",
      "form-action 'none'",
    ]) {
      expect([kind, policy.split('; ')]).toEqual([kind, expect.arrayContaining([directive])]);
    }
    expect([kind, policy]).toEqual([kind, expect.not.stringMatching(/unsafe|\*|https?:/)]);
    expect([kind, Object.fromEntries(headers)]).toEqual([
      kind,
      expect.objectContaining({
        'x-content-type-options': 'nosniff',
        'x-frame-options': 'DENY',
        'referrer-policy': 'no-referrer',
        'cross-origin-resource-policy': 'same-origin',
        'x-permitted-cross-domain-policies': 'none',
        'strict-transport-security': 'max-age=63072000; includeSubDomains',
        'cache-control': expect.stringMatching(kept),
      }),
    ]);
    expect([kind, headers.get('server'), headers.get('x-powered-by')]).toEqual([kind, null, null]);
    const type = headers.get('content-type');
    if (type !== null)
      expect([kind, type]).toEqual([kind, expect.stringContaining('charset=utf-8')]);
  }
});

test.each(['/', '/sync', '/oauth/callback', '/docs'])(
  'the page %s keeps to itself',
  async (path) => {
    const { headers } = await send(path);
    expect(headers.get('cross-origin-opener-policy')).toBe('same-origin');
    expect(headers.get('permissions-policy')).toContain('camera=()');
  },
);

test('every operation is refused to pages of other origins where it changes something, and unread else', async () => {
  for (const { method, path, security } of operations) {
    const target = path.replace(/\{\w+\}/g, 'x');
    for (const origin of EVIL) {
      const response = await send(target, { method, ...signedIn({ origin }) });
      const called = [method, target, origin];
      expect([...called, response.headers.get('access-control-allow-origin')]).toEqual([
        ...called,
        null,
      ]);
      expect([...called, response.headers.get('access-control-allow-credentials')]).toEqual([
        ...called,
        null,
      ]);
      expect([...called, response.headers.get('vary')]).toEqual([
        ...called,
        expect.stringContaining('Origin'),
      ]);
      if (method === 'GET') {
        await response.body?.cancel();
        continue;
      }
      const body: unknown = await response.json();
      expect([...called, response.status, errorOf({ body }).error]).toEqual([
        ...called,
        403,
        'forbidden_origin',
      ]);
    }
    for (const origin of [PUBLIC, FRONTEND]) {
      // Without a session, so that nothing is changed.
      const response = await send(target, { method, headers: { origin } });
      await response.body?.cancel();
      expect([method, target, response.status === 403]).toEqual([method, target, false]);
      if (security?.length === 0) continue;
      expect(response.status).toBe(401);
      expect(response.headers.get('access-control-allow-origin')).toBe(origin);
      expect(response.headers.get('access-control-allow-credentials')).toBe('true');
    }
  }
}, 600_000);

test('the cookie of an authorization is for this host alone, and for no script', async () => {
  const response = await send('/api/v1/integrations/amazon/auth/start', signedIn());
  z.object({ success: z.literal(true) }).parse(await response.json());
  const [cookie = '', ...more] = response.headers.getSetCookie();
  expect(more).toEqual([]);
  const [pair = '', ...attributes] = cookie.toLowerCase().split('; ');
  expect(pair).toMatch(/^__host-/);
  expect(attributes.filter((attribute) => !attribute.startsWith('expires='))).toEqual([
    'path=/',
    'samesite=none',
    'secure',
    'httponly',
  ]);
});
