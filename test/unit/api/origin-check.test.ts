import Koa from 'koa';
import { checkOrigin } from '../../../api/origin-check';
import { renderErrors } from '../../../api/render-errors';
import { createLogger } from '../../../observability/logger';
import { serve, stopServing } from './http-server';

let url: string;
beforeAll(async () => {
  const app = new Koa<{ requestId: string }>();
  app.use(async (ctx, next) => {
    ctx.state.requestId = 'request-1';
    await next();
  });
  app.use(renderErrors(createLogger('api', 'silent')));
  app.use(checkOrigin(['https://app.example.com', 'http://localhost:5173']));
  app.use((ctx) => {
    ctx.body = { passed: true };
  });
  url = await serve(app);
});
afterAll(stopServing);

const send = (method: string, origin?: string) =>
  fetch(url, { method, headers: origin === undefined ? {} : { origin } });

test.each(['https://app.example.com', 'http://localhost:5173'])(
  'a change from the allowed origin %s passes',
  async (origin) => {
    expect((await send('POST', origin)).status).toBe(200);
  },
);

test('a change without an origin passes: servers and curl have none', async () => {
  expect((await send('POST')).status).toBe(200);
});

test.each([
  'https://evil.example',
  'https://app.example.com.evil.example',
  'https://evil-app.example.com',
  'https://sub.app.example.com',
  'http://app.example.com',
  'https://app.example.com:8443',
  'https://APP.example.com',
  'https://app.example.com/',
  'http://localhost',
  'null',
])('a change from %s is refused', async (origin) => {
  const response = await send('POST', origin);
  expect(response.status).toBe(403);
  expect(await response.json()).toEqual({
    success: false,
    error: 'forbidden_origin',
    message: 'Requests from this origin are not allowed.',
    requestId: 'request-1',
  });
});

test.each(['POST', 'PUT', 'PATCH', 'DELETE'])('%s is a change', async (method) => {
  expect((await send(method, 'https://evil.example')).status).toBe(403);
});

test.each(['GET', 'HEAD', 'OPTIONS'])('%s is none, and passes from anywhere', async (method) => {
  expect((await send(method, 'https://evil.example')).status).toBe(200);
});
