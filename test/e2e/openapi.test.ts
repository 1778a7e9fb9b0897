import { z } from 'zod';
import { errorOf } from './bodies';
import { startTestStack, type TestStack } from './test-stack';

let stack: TestStack;
beforeAll(async () => {
  stack = await startTestStack();
});
afterAll(() => stack.stop());

const Operation = z.looseObject({
  security: z.array(z.unknown()).optional(),
  responses: z.record(z.string(), z.unknown()),
});
const Document = z.looseObject({
  servers: z.tuple([z.object({ url: z.string() })]),
  paths: z.record(
    z.string(),
    z.record(z.enum(['get', 'post', 'put', 'delete']), Operation.optional()),
  ),
});

async function document() {
  const response = await fetch(`${stack.apiUrl}/openapi.json`);
  expect(response.status).toBe(200);
  return Document.parse(await response.json());
}

test('the document names the service where it is reached, and needs no session', async () => {
  expect((await document()).servers).toEqual([{ url: stack.apiUrl }]);
});

test('every documented operation is there, and those that need a session say so', async () => {
  const { paths } = await document();
  let guarded = 0;
  for (const [path, item] of Object.entries(paths)) {
    for (const [method, operation] of Object.entries(item)) {
      if (operation === undefined) continue;
      const response = await fetch(stack.apiUrl + path.replace(/\{\w+\}/g, 'sync_user_1'), {
        method: method.toUpperCase(),
        redirect: 'manual',
      });
      const called = [method, path, response.status];
      if (operation.security?.length === 0) {
        expect(Object.keys(operation.responses)).toContain(String(response.status));
        continue;
      }
      guarded += 1;
      expect(called).toEqual([method, path, 401]);
      expect(operation.responses).toHaveProperty('401');
      expect(errorOf({ body: await response.json() })).toMatchObject({ error: 'unauthorized' });
    }
  }
  expect(guarded).toBeGreaterThan(0);
});

test('routes of the development stack are not in the document', async () => {
  expect(Object.keys((await document()).paths).filter((path) => path.startsWith('/dev'))).toEqual(
    [],
  );
});

test('the page of the document loads nothing from elsewhere and runs no inline script', async () => {
  const response = await fetch(`${stack.apiUrl}/docs`);
  const html = await response.text();
  expect(response.status).toBe(200);
  const policy = response.headers.get('content-security-policy') ?? '';
  expect(policy).toContain("script-src 'self';");
  expect(policy).not.toContain('unsafe');
  const loaded = [...html.matchAll(/(?:src|href)="([^"]+)"/g)].map(([, url]) => url ?? '');
  const files = loaded.filter((url) => url.startsWith('docs/'));
  expect(loaded.filter((url) => !files.includes(url)).sort()).toEqual(['data:,', 'openapi.json']);
  for (const file of files) {
    const first = await fetch(`${stack.apiUrl}/${file}`);
    expect([file, first.status]).toEqual([file, 200]);
    expect(first.headers.get('cache-control')).toBe('public, max-age=31536000, immutable');
    await first.arrayBuffer();
    const again = await fetch(`${stack.apiUrl}/${file}`, {
      // Without a word on caching, fetch asks past all caches.
      headers: { 'if-none-match': first.headers.get('etag') ?? '', 'cache-control': 'max-age=0' },
    });
    expect([file, again.status]).toEqual([file, 304]);
  }
  expect(files).toHaveLength(3);
});
