import type { ServerResponse } from 'node:http';
import { AccessWithdrawn, AmazonUnavailable, CredentialsRejected } from '../../../amazon/errors';
import {
  CLIENT_SECRET,
  deferred,
  errorOf,
  type LocalAmazon,
  type LocalAmazonOptions,
  never,
  REFRESH_TOKEN,
  sendJson,
  sendToken,
  startLocalAmazon,
} from './local-amazon';

let local: LocalAmazon;
const start = async (options: LocalAmazonOptions) => {
  local = await startLocalAmazon({
    api: (_, response) => sendJson(response, 202, { reportId: 'r' }),
    ...options,
  });
  return local;
};
afterEach(() => local.close());

const report = { reportType: 'T', marketplaceIds: ['M'], from: '2026-01-01', to: '2026-01-02' };

test('calls of one connection at the same time share one exchange', async () => {
  const { seller, exchanges, requests } = await start({});
  await Promise.all([1, 2, 3].map(() => seller.createReport(report, never())));
  expect(exchanges).toHaveLength(1);
  expect(Object.fromEntries(new URLSearchParams(exchanges[0]?.body))).toEqual({
    grant_type: 'refresh_token',
    refresh_token: REFRESH_TOKEN,
    client_id: 'a-client',
    client_secret: CLIENT_SECRET,
  });
  expect(requests.map(({ headers }) => headers['x-amz-access-token'])).toEqual(
    Array(3).fill('Atza|1'),
  );
});

test('a token is used until a minute before it expires', async () => {
  const { seller, exchanges, clock } = await start({});
  await seller.createReport(report, never());
  clock.now += 3_540_000 - 1;
  await seller.createReport(report, never());
  expect(exchanges).toHaveLength(1);
  clock.now += 1;
  await seller.createReport(report, never());
  expect(exchanges).toHaveLength(2);
});

test('each connection has its own token, and a new refresh token its own exchange', async () => {
  const { amazon, exchanges, requests, url } = await start({});
  for (const [connectionId, refreshToken] of [
    ['a', 'Atzr|1'],
    ['b', 'Atzr|1'],
    ['a', 'Atzr|2'],
  ] as const) {
    await amazon
      .seller({ connectionId, endpoint: `${url}/`, refreshToken })
      .createReport(report, never());
  }
  expect(exchanges).toHaveLength(3);
  expect(requests.map(({ headers }) => headers['x-amz-access-token'])).toEqual([
    'Atza|1',
    'Atza|2',
    'Atza|3',
  ]);
});

test('a caller who aborts leaves the shared exchange to the others', async () => {
  const login = deferred<ServerResponse>();
  const { seller, exchanges } = await start({ login: (_, response) => login.resolve(response) });
  const controller = new AbortController();
  const leaving = errorOf(seller.createReport(report, controller.signal));
  const staying = seller.createReport(report, never());
  const response = await login.promise;
  controller.abort();
  expect(await leaving).toMatchObject({ name: 'AbortError' });
  sendToken(response, 'Atza|late');
  await expect(staying).resolves.toBe('r');
  expect(exchanges).toHaveLength(1);
});

test('invalid_grant means that access was withdrawn, and says nothing secret', async () => {
  const { seller, requests } = await start({
    login: (_, response) =>
      sendJson(response, 400, { error: 'invalid_grant', error_description: REFRESH_TOKEN }),
  });
  const error = await errorOf(seller.createReport(report, never()));
  expect(error).toBeInstanceOf(AccessWithdrawn);
  expect(error).toMatchObject({
    operation: 'exchangeRefreshToken',
    status: 400,
    requestId: 'request-1',
  });
  expect(JSON.stringify(error) + String(error)).not.toMatch(/Atz[ar]|secret/);
  expect(requests).toHaveLength(0);
});

test('after invalid_client the secret is read again and tried once more', async () => {
  const secrets = ['old', 'new'];
  const { seller, exchanges } = await start({
    settings: { clientSecret: () => secrets.shift() ?? 'none left' },
    login: ({ body }, response) =>
      body.includes('client_secret=new')
        ? sendToken(response, 'Atza|x')
        : sendJson(response, 401, { error: 'invalid_client' }),
  });
  await expect(seller.createReport(report, never())).resolves.toBe('r');
  expect(exchanges).toHaveLength(2);
});

test('a secret that stays wrong is our fault, not the seller’s', async () => {
  const { seller, exchanges } = await start({
    login: (_, response) => sendJson(response, 401, { error: 'invalid_client' }),
  });
  expect(await errorOf(seller.createReport(report, never()))).toBeInstanceOf(CredentialsRejected);
  expect(exchanges).toHaveLength(2);
});

test.each([500, 503, 429])('HTTP %i of the login may pass, and is not cached', async (status) => {
  const answers = [status, 200];
  const { seller } = await start({
    login: (_, response) =>
      answers.shift() === 200 ? sendToken(response, 'Atza|x') : sendJson(response, status, {}),
  });
  expect(await errorOf(seller.createReport(report, never()))).toBeInstanceOf(AmazonUnavailable);
  await expect(seller.createReport(report, never())).resolves.toBe('r');
});

test('each request to the login is told of as it went, and nothing that it holds', async () => {
  const answers = [401, 200];
  const { seller, told } = await start({
    login: (_, response) =>
      answers.shift() === 200
        ? sendToken(response, 'Atza|x')
        : sendJson(response, 401, { error: 'invalid_client', error_description: REFRESH_TOKEN }),
  });
  await Promise.all([1, 2].map(() => seller.createReport(report, never())));
  const { exchanges } = told;
  const went = { operation: 'exchangeRefreshToken', requestId: 'request-1' };
  expect(exchanges).toEqual([
    { ...went, status: 401, milliseconds: expect.any(Number) },
    { ...went, status: 200, milliseconds: expect.any(Number) },
  ]);
});

test('a login that hangs ends by the time limit', async () => {
  const { seller, told } = await start({ login: () => undefined, settings: { timeoutMs: 50 } });
  const error = await errorOf(seller.createReport(report, never()));
  expect(error).toBeInstanceOf(AmazonUnavailable);
  expect(error).toMatchObject({ operation: 'exchangeRefreshToken', status: null });
  expect(told.exchanges).toMatchObject([{ status: null, requestId: null }]);
});
