import Koa from 'koa';
import { createNonceCookie } from '../../../api/nonce-cookie';
import { serve, stopServing } from './http-server';

afterEach(stopServing);

/** The cookie as this process sends it, which speaks plain HTTP whatever stands before it. */
async function written(publicUrl: string, name: string): Promise<string> {
  const cookie = createNonceCookie(publicUrl);
  const app = new Koa();
  app.use((ctx) => {
    cookie.write(ctx, 'the-nonce');
    ctx.body = cookie.read(ctx) ?? 'none';
  });
  const response = await fetch(await serve(app), { headers: { cookie: `${name}=old` } });
  expect(await response.text()).toBe('old');
  return response.headers.get('set-cookie') ?? '';
}

test('behind a proxy that speaks TLS it is secure, of this host only, and goes across sites', async () => {
  const cookie = await written('https://sync.example.com', '__Host-amazon_oauth_nonce');
  expect(cookie).toMatch(/^__Host-amazon_oauth_nonce=the-nonce; path=\/; /i);
  for (const attribute of [/; secure\b/i, /; samesite=none\b/i, /; httponly\b/i]) {
    expect(cookie).toMatch(attribute);
  }
});

test('without TLS it is for the same site', async () => {
  const cookie = await written('http://127.0.0.1:3000', 'amazon_oauth_nonce');
  expect(cookie).toMatch(/; samesite=lax\b/i);
  expect(cookie).not.toMatch(/; secure\b/i);
});

test('where the service is reached under a path, it comes back there too', async () => {
  const cookie = await written('https://example.com/amazon', '__Host-amazon_oauth_nonce');
  expect(cookie).toMatch(/; path=\/;/i);
});
