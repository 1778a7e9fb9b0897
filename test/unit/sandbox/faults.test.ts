import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { ReadableStream } from 'node:stream/web';
import { z } from 'zod';
import type { Effect, Fault } from '../../../sandbox/faults';
import { type Sandbox, startSandbox } from '../../../sandbox/sandbox';
import {
  connect,
  INVENTORY,
  login,
  ORDERS,
  PARTICIPATIONS,
  REPORTS,
  type SandboxClient,
  US,
  until,
} from './sandbox-client';

const NOW = Date.parse('2025-06-15T12:00:00Z');
const ORDER_DATE = 'GET_FLAT_FILE_ALL_ORDERS_DATA_BY_ORDER_DATE_GENERAL';
const window = { dataStartTime: '2025-05-01T00:00:00Z', dataEndTime: '2025-05-31T00:00:00Z' };
const search = { createdAfter: '2024-06-15T12:00:00Z', marketplaceIds: US };
const scan = { granularityType: 'Marketplace', granularityId: US, marketplaceIds: US };
const reportRequest = { reportType: ORDER_DATE, marketplaceIds: [US], ...window };

let sandbox: Sandbox;
let client: SandboxClient;
/** Amazon's seconds: they pass as the test says. */
let elapsed = 0;
beforeEach(async () => {
  elapsed = 0;
  sandbox = await startSandbox({
    now: () => NOW,
    elapsed: () => elapsed,
    sellers: [
      { kind: 'generated', seed: 5, size: { orders: 250, skus: 120, claims: 20 } },
      { kind: 'generated', seed: 6, size: { orders: 20, skus: 5, claims: 0 } },
    ],
  });
  client = await connect(sandbox);
});
afterEach(() => sandbox.close());

const searching = (more: Record<string, string> = {}) => client.ask(ORDERS, { ...search, ...more });
const hit = (operation: Fault['operation'], effect: Effect, more: Partial<Fault> = {}) =>
  sandbox.setFault({ operation, effect, ...more });
const counts = (operation: string) => sandbox.stats().operations[operation];
const pageTokenOf = (body: unknown) =>
  z.object({ pagination: z.object({ nextToken: z.string() }) }).parse(body).pagination.nextToken;

describe('the answer', () => {
  test.each([
    [400, 'InvalidInput'],
    [403, 'Unauthorized'],
    [404, 'NotFound'],
    [429, 'QuotaExceeded'],
    [500, 'InternalFailure'],
    [502, 'InternalFailure'],
    [503, 'ServiceUnavailable'],
  ])('%i has the code %s, and the rate only where Amazon tells it', async (status, code) => {
    hit('searchOrders', { kind: 'status', status });
    const reply = await client.get(ORDERS, search);
    expect(reply).toMatchObject({ status, body: { errors: [{ code }] } });
    expect(reply.headers.get('x-amzn-requestid')).toMatch(/^[0-9a-f-]{36}$/);
    const rate = reply.headers.get('x-amzn-ratelimit-limit');
    expect(rate).toBe([400, 404].includes(status) ? '0.0056' : null);
  });

  test('a scripted error costs no quota', async () => {
    hit('searchOrders', { kind: 'status', status: 429 }, { times: 50 });
    for (let call = 0; call < 50; call++) expect((await searching()).status).toBe(429);
    for (let call = 0; call < 20; call++) expect((await searching()).status).toBe(200);
    expect((await searching()).status).toBe(429);
  });

  test('after the work it is lost: the report exists, and the quota is charged', async () => {
    const lost: Effect = { kind: 'status', status: 503, code: 'Busy', afterWork: true };
    hit('createReport', lost);
    hit('createReport', { kind: 'reset', when: 'after' });
    hit('createReport', { kind: 'malformed' });
    expect(await client.post(REPORTS, reportRequest)).toMatchObject({
      status: 503,
      body: { errors: [{ code: 'Busy' }] },
    });
    await expect(client.post(REPORTS, reportRequest)).rejects.toThrow('fetch failed');
    await expect(client.post(REPORTS, reportRequest)).rejects.toMatchObject({
      name: 'SyntaxError',
    });
    expect(await client.get(REPORTS, { reportTypes: ORDER_DATE })).toMatchObject({
      body: { reports: [{}, {}, {}] },
    });
    for (let call = 0; call < 12; call++)
      expect((await client.post(REPORTS, reportRequest)).status).toBe(202);
    expect((await client.post(REPORTS, reportRequest)).status).toBe(429);
  });

  test('never comes: the call hangs until the client goes', async () => {
    const fault = hit('searchOrders', { kind: 'hang' });
    const url = `${sandbox.spApiUrl}${ORDERS}?${new URLSearchParams(search)}`;
    const { body } = await login(sandbox);
    const { access_token } = z.object({ access_token: z.string() }).parse(body);
    const going = new AbortController();
    const call = fetch(url, {
      headers: { 'x-amz-access-token': access_token },
      signal: going.signal,
    });
    await until(async () => (fault.hits() === 1 ? true : null));
    const { sellerId = '' } = sandbox.sellers[0] ?? {};
    expect(sandbox.stats().connections[sellerId]?.inFlight).toBe(1);
    going.abort();
    await expect(call).rejects.toThrow('aborted');
    await until(async () => (sandbox.stats().connections[sellerId]?.inFlight === 0 ? true : null));
    expect(counts('searchOrders')).toEqual({ 0: 1 });
  });

  test('is a reset before any work', async () => {
    hit('createReport', { kind: 'reset', when: 'before' });
    const failure = await client.post(REPORTS, reportRequest).catch((error: unknown) => error);
    expect(failure).toMatchObject({ cause: { code: 'ECONNRESET' } });
    expect(await client.get(REPORTS, { reportTypes: ORDER_DATE })).toMatchObject({
      body: { reports: [] },
    });
    expect(counts('createReport')).toEqual({ 0: 1 });
  });

  test('breaks off half-way through its body', async () => {
    hit('searchOrders', { kind: 'reset', when: 'mid-body' });
    const { headers, body } = await searching();
    const pieces: Uint8Array[] = [];
    const end = await pipeline(Readable.fromWeb(body ?? new ReadableStream()), async (source) => {
      for await (const piece of source) pieces.push(piece);
    }).catch(({ message }: Error) => message);
    expect(end).toBe('terminated');
    const whole = Number(headers.get('content-length'));
    expect(whole).toBeGreaterThan(10_000);
    expect(Buffer.concat(pieces)).toHaveLength(Math.ceil(whole / 2));
    expect(counts('searchOrders')).toEqual({ 0: 1 });
  });

  test('is broken JSON under its right status and type', async () => {
    hit('searchOrders', { kind: 'malformed' });
    const response = await searching();
    expect(response.status).toBe(200);
    expect(response.headers.get('content-type')).toMatch(/^application\/json/);
    const text = await response.text();
    expect(text).toMatch(/^\{"orders":\[/);
    expect(() => JSON.parse(text)).toThrow(SyntaxError);
  });
});

describe('words that nobody knows', () => {
  const Growing = z.looseObject({ futureField: z.looseObject({ futureWord: z.string() }) });

  test('stand in every object of a search, and no total changes', async () => {
    const query = { ...search, includedData: 'PROCEEDS,FULFILLMENT' };
    const { body: plain } = await client.get(ORDERS, query);
    hit('searchOrders', { kind: 'unknown_words' });
    const { body: grown } = await client.get(ORDERS, query);
    const Page = z.object({ orders: z.array(Growing) });
    const [order] = Page.parse(grown).orders;
    expect(order).toMatchObject({
      programs: expect.arrayContaining(['FUTURE_PROGRAM']),
      orderItems: expect.arrayContaining([
        expect.objectContaining({ futureField: expect.anything() }),
      ]),
    });
    const text = JSON.stringify(grown);
    expect(text).toContain('"type":"FUTURE_CHARGE"');

    const known = JSON.parse(text, (name, value) => {
      if (name === 'futureField') return undefined;
      if (name === 'nextToken') return 'token';
      if (name === 'programs')
        return z
          .array(z.string())
          .parse(value)
          .filter((one) => one !== 'FUTURE_PROGRAM');
      if (name === 'breakdowns')
        return z
          .array(z.looseObject({ type: z.string() }))
          .parse(value)
          .filter(({ type }) => type !== 'FUTURE_CHARGE');
      return value;
    });
    const withoutToken = JSON.parse(JSON.stringify(plain), (name, value) =>
      name === 'nextToken' ? 'token' : value,
    );
    expect(known).toEqual(withoutToken);
  });

  test('name the state of a report that is not done, and not of one that is', async () => {
    const { body } = await client.post(REPORTS, reportRequest);
    const { reportId } = z.object({ reportId: z.string() }).parse(body);
    hit('getReport', { kind: 'unknown_words' }, { times: 2 });
    const state = () => client.get(`${REPORTS}/${reportId}`);
    expect(await state()).toMatchObject({ body: { processingStatus: 'FUTURE_STATUS' } });
    elapsed += 60;
    expect(await state()).toMatchObject({
      body: { processingStatus: 'DONE', futureField: expect.anything() },
    });
  });
});

describe('pages', () => {
  test('a repeated page of orders comes once more, and nothing is lost', async () => {
    const ids: string[][] = [];
    hit('searchOrders', { kind: 'repeat_page' });
    for (let token: string | undefined, first = true; first || token; first = false) {
      const { body } = await client.get(ORDERS, {
        ...search,
        maxResultsPerPage: '60',
        ...(token && { paginationToken: token }),
      });
      const page = z
        .object({
          orders: z.array(z.object({ orderId: z.string() })),
          pagination: z.object({ nextToken: z.string() }).optional(),
        })
        .parse(body);
      ids.push(page.orders.map(({ orderId }) => orderId));
      token = page.pagination?.nextToken;
    }
    expect(ids[1]).toEqual(ids[0]);
    expect(ids[2]?.length).toBeGreaterThan(0);
    expect(ids[2]).not.toEqual(ids[1]);
    const right = sandbox.sellers[0]?.orders.filter(({ marketplaceId }) => marketplaceId === US);
    expect(new Set(ids.flat())).toEqual(new Set(right?.map(({ orderId }) => orderId)));
    expect(ids.flat()).toHaveLength((right?.length ?? 0) + 60);
  });

  test('a repeated page of stock comes once more, and nothing is lost', async () => {
    const Page = z.object({
      payload: z.object({ inventorySummaries: z.array(z.object({ sellerSku: z.string() })) }),
      pagination: z.object({ nextToken: z.string() }).optional(),
    });
    hit('getInventorySummaries', { kind: 'repeat_page' }, { after: 1 });
    const pages: string[][] = [];
    for (let token: string | undefined, first = true; first || token; first = false) {
      elapsed += 1;
      const { body } = await client.get(INVENTORY, { ...scan, ...(token && { nextToken: token }) });
      const page = Page.parse(body);
      pages.push(page.payload.inventorySummaries.map(({ sellerSku }) => sellerSku));
      token = page.pagination?.nextToken;
    }
    expect(pages.map(({ length }) => length)).toEqual([50, 50, 50, 20]);
    expect(pages[2]).toEqual(pages[1]);
    expect(new Set(pages.flat()).size).toBe(120);
  });

  test('a page token expires, and calls without one are let by', async () => {
    const orders = hit('searchOrders', { kind: 'expired_page_token' });
    const stock = hit('getInventorySummaries', { kind: 'expired_page_token' });
    const first = await client.get(ORDERS, search);
    const firstStock = await client.get(INVENTORY, scan);
    expect([first.status, firstStock.status]).toEqual([200, 200]);
    const paginationToken = pageTokenOf(first.body);
    const expired = { status: 400, body: { errors: [{ code: 'InvalidInput' }] } };
    expect(await client.get(ORDERS, { ...search, paginationToken })).toMatchObject(expired);
    const nextToken = pageTokenOf(firstStock.body);
    expect(await client.get(INVENTORY, { ...scan, nextToken })).toMatchObject(expired);
    expect([orders.hits(), stock.hits()]).toEqual([1, 1]);
    expect((await searching({ paginationToken })).status).toBe(200);
  });
});

describe('tokens', () => {
  test('an access token expires early, as Amazon says it', async () => {
    hit('getMarketplaceParticipations', { kind: 'expired_access_token' });
    expect(await client.get(PARTICIPATIONS)).toMatchObject({
      status: 403,
      body: {
        errors: [{ code: 'Unauthorized', details: 'The access token you provided has expired.' }],
      },
    });
    expect((await client.get(PARTICIPATIONS)).status).toBe(200);
  });

  test('Login with Amazon refuses, breaks and grows', async () => {
    const { sellerId, refreshToken } = sandbox.sellers[1] ?? {};
    const revoked: Effect = { kind: 'status', status: 400, code: 'invalid_grant' };
    hit('token', revoked, { sellerId });
    hit('token', { kind: 'status', status: 503 });
    hit('token', { kind: 'malformed' });
    hit('token', { kind: 'reset', when: 'mid-body' });
    expect((await login(sandbox)).status).toBe(503);
    expect(await login(sandbox, refreshToken)).toMatchObject({
      status: 400,
      body: { error: 'invalid_grant' },
    });
    await expect(login(sandbox)).rejects.toMatchObject({ name: 'SyntaxError' });
    await expect(login(sandbox)).rejects.toThrow();
    hit('token', { kind: 'unknown_words' });
    expect((await login(sandbox)).body).toHaveProperty('futureField');
    // The first 200 is that of the test's own client, the second was malformed.
    expect(counts('token')).toEqual({ 0: 1, 200: 3, 400: 1, 503: 1 });
  });
});

describe('reports', () => {
  const ended = async (request: Record<string, unknown> = reportRequest) => {
    const { body } = await client.post(REPORTS, request);
    const { reportId } = z.object({ reportId: z.string() }).parse(body);
    // An access token lives no longer.
    elapsed += 3600;
    client = await connect(sandbox);
    return (await client.get(`${REPORTS}/${reportId}`)).body;
  };

  test.each([
    ['FATAL', 'FATAL'],
    ['CANCELLED', 'CANCELLED'],
    ['STUCK', 'IN_QUEUE'],
  ] as const)('one that is to end %s is %s an hour later', async (outcome, processingStatus) => {
    hit('createReport', { kind: 'report', outcome });
    const report = await ended();
    expect(report).toMatchObject({ processingStatus });
    expect(report).not.toHaveProperty('reportDocumentId');
    expect(await ended()).toMatchObject({ processingStatus: 'DONE' });
  });

  test('only those over a longer range are hit', async () => {
    const effect = { kind: 'report', outcome: 'FATAL', longerThanDays: 15 } as const;
    const fault = hit('createReport', effect, { times: null });
    const half = { ...reportRequest, dataEndTime: '2025-05-16T00:00:00Z' };
    expect(await ended(half)).toMatchObject({ processingStatus: 'DONE' });
    expect(await ended()).toMatchObject({ processingStatus: 'FATAL' });
    expect(fault.hits()).toBe(1);
  });
});
