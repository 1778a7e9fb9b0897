import { createHash } from 'node:crypto';
import { join } from 'node:path';
import Koa from 'koa';
import { readConsole } from '../../../api/console-files';
import { securityHeaders } from '../../../api/security-headers';
import { serveStatic } from '../../../api/static-files';
import { serve, stopServing } from './http-server';

let url: string;

beforeAll(async () => {
  const files = await readConsole({
    folder: join(__dirname, '..', '..', '..', 'dist', 'browser'),
    frontendUrl: 'https://shop.example/?a="b"&c',
    offersSignIn: false,
    runsUrl: 'http://127.0.0.1:8233/namespaces/default/workflows',
  });
  const app = new Koa();
  app.use(securityHeaders('https://sync.example'));
  app.use(serveStatic(files));
  url = await serve(app);
});
afterAll(stopServing);

test('the page and all that it imports are there, each with its type', async () => {
  const seen = new Set<string>();
  const queue = ['/'];
  for (const path of queue) {
    const response = await fetch(url + path);
    expect([path, response.status]).toEqual([path, 200]);
    const type = response.headers.get('content-type') ?? '';
    expect([path, type]).toEqual([path, expect.stringMatching(typeOf(path))]);
    const text = await response.text();
    const named = type.startsWith('text/javascript')
      ? [...text.matchAll(/from ?["'](\.[^"']+)["']/g)].map(([, to = '']) => to)
      : [...text.matchAll(/"(\/assets\/[^"]+)"/g)].map(([, to = '']) => to);
    for (const to of named) {
      const next = new URL(to, url + path).pathname;
      if (!seen.has(next)) queue.push(next);
      seen.add(next);
    }
  }
  expect([...seen]).toEqual(
    expect.arrayContaining([
      '/assets/console/main.js',
      '/assets/console/style.css',
      '/assets/libraries/preact/dist/preact.mjs',
    ]),
  );
});

test('the page’s policy allows its own files and its one import map, and nothing else', async () => {
  const response = await fetch(url);
  const html = await response.text();
  const inline = [...html.matchAll(/<script type="importmap">(.*?)<\/script>/g)];
  expect(inline).toHaveLength(1);
  const hash = createHash('sha256')
    .update(inline[0]?.[1] ?? '')
    .digest('base64');
  expect(response.headers.get('content-security-policy')?.split('; ')).toEqual([
    "default-src 'none'",
    `script-src 'self' 'sha256-${hash}'`,
    "style-src 'self'",
    "connect-src 'self'",
    "img-src 'self' data:",
    "form-action 'none'",
    "frame-ancestors 'none'",
    "base-uri 'none'",
  ]);
  expect(Object.fromEntries(response.headers)).toMatchObject({
    'x-content-type-options': 'nosniff',
    'x-frame-options': 'DENY',
    'referrer-policy': 'no-referrer',
    'strict-transport-security': expect.stringContaining('max-age='),
    'cross-origin-opener-policy': 'same-origin',
  });
  expect(html).toContain('data-runs-url="http://127.0.0.1:8233/namespaces/default/workflows"');
  expect(html).toContain('data-frontend-url="https://shop.example/?a=&quot;b&quot;&amp;c"');
});

test('a file that has not changed is not sent again', async () => {
  const path = `${url}/assets/console/main.js`;
  const etag = (await fetch(path)).headers.get('etag') ?? '';
  // Without a word on caches, `fetch` asks for a new copy.
  const asked = (known: string) =>
    fetch(path, { headers: { 'if-none-match': known, 'cache-control': 'max-age=0' } });
  const again = await asked(etag);
  expect([again.status, await again.text(), again.headers.get('etag')]).toEqual([304, '', etag]);
  const changed = await asked('"another"');
  expect(changed.status).toBe(200);
  const head = await fetch(path, { method: 'HEAD' });
  expect([head.status, await head.text()]).toEqual([200, '']);
});

test.each([
  '/assets/console/',
  '/assets/console/../../../package.json',
  '/assets/console/%2e%2e/%2e%2e/worker/main.js',
  '/assets/libraries/preact/package.json',
  '/package.json',
])('%s is not among the files', async (path) => {
  expect((await fetch(url + path)).status).toBe(404);
});

test('only reading is answered', async () => {
  expect((await fetch(url, { method: 'POST' })).status).toBe(404);
});

function typeOf(path: string): RegExp {
  if (/\.m?js$/.test(path)) return /^text\/javascript/;
  if (path.endsWith('.css')) return /^text\/css/;
  return path.endsWith('.svg') ? /^image\/svg/ : /^text\/html/;
}
