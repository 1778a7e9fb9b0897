import type { ServerResponse } from 'node:http';
import { gzipSync } from 'node:zlib';
import {
  AccessDenied,
  AmazonError,
  AmazonUnavailable,
  InvalidRequest,
  MalformedAnswer,
  PaginationTokenExpired,
  QuotaExceeded,
} from '../../../amazon/errors';
import {
  CONNECTION_ID,
  errorOf,
  type Handler,
  type LocalAmazon,
  type LocalAmazonOptions,
  never,
  sendJson,
  startLocalAmazon,
} from './local-amazon';

let local: LocalAmazon;
const start = async (api: Handler, options: LocalAmazonOptions = {}) => {
  local = await startLocalAmazon({ api, ...options });
  return local;
};
afterEach(() => local.close());

const REPORT = {
  reportId: 'r 1/2',
  reportType: 'T',
  processingStatus: 'DONE',
  createdTime: '2026-01-01T00:00:00Z',
  reportDocumentId: 'd',
};

test('a call carries token and user agent, and is reported with its rate and request id', async () => {
  const userAgent = `amazon-sync/1.0 (${'x'.repeat(600)})`;
  const rate = { 'x-amzn-RateLimit-Limit': '0.5' };
  const { seller, requests, calls } = await start((_, to) => sendJson(to, 200, REPORT, rate), {
    settings: { userAgent },
  });
  await seller.getReport('r 1/2', never());
  expect(requests[0]).toMatchObject({
    method: 'GET',
    path: '/reports/2021-06-30/reports/r%201%2F2',
    headers: { 'x-amz-access-token': 'Atza|1', 'user-agent': userAgent.slice(0, 500) },
  });
  expect(calls).toEqual([
    {
      operation: 'getReport',
      status: 200,
      requestId: 'request-1',
      milliseconds: 0,
      rateLimit: 0.5,
      connectionId: CONNECTION_ID,
    },
  ]);
});

test('a 403 refreshes the token once and tries once more', async () => {
  const { seller, exchanges, requests, calls } = await start(({ headers }, to) =>
    headers['x-amz-access-token'] === 'Atza|1'
      ? sendJson(to, 403, { errors: [{ code: 'Unauthorized', message: 'expired' }] })
      : sendJson(to, 200, REPORT),
  );
  await expect(seller.getReport('r', never())).resolves.toMatchObject({ status: 'DONE' });
  expect([exchanges.length, requests.length]).toEqual([2, 2]);
  expect(calls.map(({ status }) => status)).toEqual([403, 200]);
});

test('two calls refused with the same token share the new one', async () => {
  const held: (() => void)[] = [];
  const { seller, exchanges } = await start(({ headers }, to) => {
    if (headers['x-amz-access-token'] !== 'Atza|1') return sendJson(to, 200, REPORT);
    held.push(() => sendJson(to, 403, { errors: [] }));
    if (held.length === 2) for (const refuse of held) refuse();
  });
  await Promise.all([seller.getReport('a', never()), seller.getReport('b', never())]);
  expect(exchanges).toHaveLength(2);
});

test.each([
  ['Access to requested resource is denied.', false],
  ['The access token you provided has expired.', true],
])('a 403 that stays is a denial: %s', async (details, expiredToken) => {
  const errors = [{ code: 'Unauthorized', message: 'Denied', details }];
  const { seller, requests } = await start((_, to) => sendJson(to, 403, { errors }));
  const error = await errorOf(seller.getReport('r', never()));
  expect(error).toBeInstanceOf(AccessDenied);
  expect(error).toMatchObject({ status: 403, expiredToken, operation: 'getReport' });
  expect(requests).toHaveLength(2);
});

test.each([
  [429, QuotaExceeded],
  [500, AmazonUnavailable],
  [503, AmazonUnavailable],
  [400, InvalidRequest],
  [404, InvalidRequest],
  [413, InvalidRequest],
  [415, InvalidRequest],
  [302, MalformedAnswer],
])('HTTP %i has its own error', async (status, kind) => {
  const errors = [{ code: 'SomeCode', message: 'text' }];
  const { seller, requests } = await start((_, to) =>
    sendJson(to, status, { errors }, { location: '/elsewhere' }),
  );
  const error = await errorOf(seller.getReport('r', never()));
  expect(error).toBeInstanceOf(kind);
  expect(error).toMatchObject({ status, requestId: 'request-1', name: kind.name });
  if (error instanceof InvalidRequest) expect(error.codes).toEqual(['SomeCode']);
  expect(requests).toHaveLength(1);
});

test.each([
  [{ code: 'InvalidInput', message: 'Next token is invalid or expired' }],
  [{ code: 'InvalidInput', message: 'Invalid Input', details: 'nextToken is expired.' }],
])('a 400 that points to the page token means to start over', async (fault) => {
  const { seller } = await start((_, to) => sendJson(to, 400, { errors: [fault] }));
  const page = { marketplaceId: 'M', nextToken: 'secret-page' };
  const error = await errorOf(seller.inventoryPage(page, never()));
  expect(error).toBeInstanceOf(PaginationTokenExpired);
  expect(String(error)).not.toContain('secret-page');
  const first = await errorOf(seller.inventoryPage({ marketplaceId: 'M' }, never()));
  expect(first).not.toBeInstanceOf(PaginationTokenExpired);
});

test('a list of errors under HTTP 200 is a refusal, not an empty page', async () => {
  const errors = [{ code: 'InvalidInput', message: 'Invalid request, please check your input.' }];
  const { seller } = await start((_, to) => sendJson(to, 200, { errors }));
  const error = await errorOf(seller.inventoryPage({ marketplaceId: 'M' }, never()));
  expect(error).toMatchObject({ name: 'InvalidRequest', codes: ['InvalidInput'], status: 200 });
});

test.each([
  ['not JSON', '<html>busy</html>', 'is not JSON'],
  ['a wrong type', '{"reports":[{"reportId":7}]}', 'reports.0.reportId'],
  ['nothing', '', 'is not JSON'],
])('%s is a malformed answer that names the place', async (_, body, words) => {
  const { seller } = await start((_seen, to) => to.writeHead(200).end(body));
  const error = await errorOf(seller.findReports({ reportType: 'T', createdSince: '' }, never()));
  expect(error).toBeInstanceOf(MalformedAnswer);
  expect(String(error)).toContain(words);
});

test('an answer over 16 MB is given up', async () => {
  const { seller } = await start((_, to) => to.writeHead(200).end(' '.repeat(17 * 1024 * 1024)));
  expect(await errorOf(seller.getReport('r', never()))).toBeInstanceOf(MalformedAnswer);
});

test.each([
  ['packs 150 MB into a few KB', gzipSync(Buffer.alloc(150 * 1024 * 1024, ' ')), 'gzip'],
  ['nests lists ten million deep', Buffer.from('['.repeat(10_000_000)), 'identity'],
])('an answer that %s is given up', async (_, body, encoding) => {
  const { seller } = await start((_seen, to) =>
    to.writeHead(200, { 'content-encoding': encoding }).end(body),
  );
  expect(await errorOf(seller.getReport('r', never()))).toBeInstanceOf(MalformedAnswer);
});

test('an answer that goes on and on ends by the time limit', async () => {
  const { seller } = await start(
    (_, to) => {
      to.writeHead(200);
      const more = () => void (to.destroyed || to.write(' ', () => setTimeout(more, 20)));
      more();
    },
    { settings: { timeoutMs: 200 } },
  );
  expect(await errorOf(seller.getReport('r', never()))).toBeInstanceOf(AmazonUnavailable);
});

test.each([301, 302, 303, 307, 308])(
  'no token follows a %i to somewhere else, neither of the API nor of Login with Amazon',
  async (status) => {
    const elsewhere = await startLocalAmazon();
    const redirect = (_: unknown, to: ServerResponse) =>
      void to.writeHead(status, { location: `${elsewhere.url}/stolen` }).end();
    const { seller } = await start(redirect);
    expect(await errorOf(seller.getReport('r', never()))).toBeInstanceOf(MalformedAnswer);
    await local.close();
    const login = await start(() => undefined, { login: redirect });
    expect(await errorOf(login.seller.getReport('r', never()))).toBeInstanceOf(MalformedAnswer);
    expect([...elsewhere.requests, ...elsewhere.exchanges]).toEqual([]);
    await elsewhere.close();
  },
);

test('an answer that hangs, before or after its headers, ends by the time limit', async () => {
  const { seller, calls } = await start(
    ({ path }, to) => {
      if (path.endsWith('late')) to.writeHead(200).write('{');
    },
    { settings: { timeoutMs: 100 } },
  );
  for (const id of ['hang', 'late']) {
    const error = await errorOf(seller.getReport(id, never()));
    expect(error).toBeInstanceOf(AmazonUnavailable);
    expect(String(error)).toContain('within 0.1 s');
  }
  expect(calls.map(({ status }) => status)).toEqual([null, 200]);
});

test('a connection reset, at once or in the middle of an answer, may pass', async () => {
  const { seller } = await start(({ path }, to) => {
    if (path.endsWith('at-once')) return void to.socket?.resetAndDestroy();
    to.writeHead(200, { 'content-length': '100' });
    to.write('{"reportId":', () => to.socket?.resetAndDestroy());
  });
  for (const id of ['at-once', 'middle']) {
    expect(await errorOf(seller.getReport(id, never()))).toBeInstanceOf(AmazonUnavailable);
  }
});

test('a 429 whose text breaks off is still a 429', async () => {
  const { seller } = await start((_, to) => {
    to.writeHead(429, { 'content-length': '100' });
    to.write('{"errors":', () => to.socket?.resetAndDestroy());
  });
  expect(await errorOf(seller.getReport('r', never()))).toBeInstanceOf(QuotaExceeded);
});

test('a host that is gone is unavailable, by the system’s own code', async () => {
  const { seller, url, close } = await start((_, to) => sendJson(to, 200, REPORT));
  await seller.getReport('r', never());
  await close();
  const error = await errorOf(seller.getReport('r', never()));
  expect(error).toBeInstanceOf(AmazonUnavailable);
  expect(String(error)).toMatch(/\((ECONN|UND_ERR)[A-Z_]+\)$/);
  expect(String(error)).not.toContain(url);
});

test('the caller’s abort stays an abort, with its own reason', async () => {
  const controller = new AbortController();
  const reason = new Error('cancelled by the workflow');
  const { seller } = await start(() => controller.abort(reason));
  expect(await errorOf(seller.getReport('r', controller.signal))).toBe(reason);
  expect(await errorOf(seller.getReport('r', controller.signal))).toBe(reason);
  expect(local.requests).toHaveLength(1);
});

test('no error holds a token, a header or a body', async () => {
  const { seller } = await start((_, to) => sendJson(to, 500, { secret: 'Atza|body' }));
  const error = await errorOf(seller.getReport('r', never()));
  if (!(error instanceof AmazonError)) throw error;
  expect(Object.keys(error).sort()).toEqual(['name', 'operation', 'requestId', 'status']);
  expect(error.cause).toBeUndefined();
  expect(`${error.stack}`).not.toContain('Atz');
});
