import { z } from 'zod';
import type { Effect, Fault } from '../../../sandbox/faults';
import { type Sandbox, startSandbox } from '../../../sandbox/sandbox';
import { connect, INVENTORY, ORDERS, REPORTS, type SandboxClient, US } from './sandbox-client';

const NOW = Date.parse('2025-06-15T12:00:00Z');
const CANADA = 'A2EUQ1WTGCTBG2';
const ORDER_DATE = 'GET_FLAT_FILE_ALL_ORDERS_DATA_BY_ORDER_DATE_GENERAL';
const LAST_UPDATE = 'GET_FLAT_FILE_ALL_ORDERS_DATA_BY_LAST_UPDATE_GENERAL';
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

const searching = () => client.ask(ORDERS, search);
const hit = (operation: Fault['operation'], effect: Effect, more: Partial<Fault> = {}) =>
  sandbox.setFault({ operation, effect, ...more });
const counts = (operation: string) => sandbox.stats().operations[operation];

describe('which calls a fault hits', () => {
  const failing: Effect = { kind: 'status', status: 500 };
  const statuses = async (calls: number) => {
    const seen: number[] = [];
    for (let call = 0; call < calls; call++) seen.push((await searching()).status);
    return seen;
  };

  test('once, unless it says otherwise, and it counts its hits', async () => {
    const fault = hit('searchOrders', failing);
    expect(await statuses(3)).toEqual([500, 200, 200]);
    expect(fault.hits()).toBe(1);
    expect(counts('searchOrders')).toEqual({ 200: 2, 500: 1 });
  });

  test('after so many calls, so many times', async () => {
    const fault = hit('searchOrders', failing, { after: 2, times: 2 });
    expect(await statuses(6)).toEqual([200, 200, 500, 500, 200, 200]);
    expect(fault.hits()).toBe(2);
  });

  test('every one, until it is removed', async () => {
    const fault = hit('searchOrders', failing, { times: null });
    expect(await statuses(4)).toEqual([500, 500, 500, 500]);
    fault.remove();
    expect(await statuses(1)).toEqual([200]);
    hit('searchOrders', failing);
    sandbox.clearFaults();
    expect(await statuses(1)).toEqual([200]);
  });

  test('until its seconds at Amazon are over', async () => {
    hit('searchOrders', failing, { times: null, seconds: 600 });
    expect(await statuses(1)).toEqual([500]);
    elapsed = 599.9;
    expect(await statuses(1)).toEqual([500]);
    elapsed = 600;
    expect(await statuses(1)).toEqual([200]);
  });

  test('two faults on one operation hit one after the other', async () => {
    hit('searchOrders', failing);
    hit('searchOrders', { kind: 'status', status: 503 }, { times: 2 });
    expect(await statuses(4)).toEqual([500, 503, 503, 200]);
  });

  test('only those of its seller', async () => {
    const sellerId = sandbox.sellers[1]?.sellerId ?? '';
    hit('searchOrders', failing, { sellerId });
    expect(await statuses(1)).toEqual([200]);
    const other = await connect(sandbox, sandbox.sellers[1]?.refreshToken);
    expect((await other.ask(ORDERS, search)).status).toBe(500);
  });

  test('only those that name its marketplace', async () => {
    const denied: Effect = { kind: 'status', status: 403 };
    hit('searchOrders', denied, { marketplaceId: CANADA, times: null });
    hit('getInventorySummaries', denied, { marketplaceId: CANADA, times: null });
    hit('createReport', denied, { marketplaceId: CANADA, times: null });
    expect((await searching()).status).toBe(200);
    const both = await client.get(ORDERS, { ...search, marketplaceIds: `${US},${CANADA}` });
    expect(both).toMatchObject({
      status: 403,
      body: {
        errors: [{ code: 'Unauthorized', message: 'Access to requested resource is denied.' }],
      },
    });
    expect((await client.ask(INVENTORY, scan)).status).toBe(200);
    const canada = { granularityId: CANADA, marketplaceIds: CANADA };
    expect((await client.ask(INVENTORY, { ...scan, ...canada })).status).toBe(403);
    expect((await client.post(REPORTS, reportRequest)).status).toBe(202);
    const marketplaceIds = [US, CANADA];
    expect((await client.post(REPORTS, { ...reportRequest, marketplaceIds })).status).toBe(403);
  });

  test('only those about its type of report', async () => {
    const only = { reportType: LAST_UPDATE, times: null } as const;
    hit('createReport', failing, { ...only, after: 1 });
    hit('getReport', failing, only);
    hit('getReportDocument', failing, only);
    hit('download', failing, only);
    const finished = async (reportType: string) => {
      const { body } = await client.post(REPORTS, { ...reportRequest, reportType });
      elapsed += 60;
      return z.object({ reportId: z.string() }).parse(body).reportId;
    };
    const other = await finished(ORDER_DATE);
    const { body } = await client.get(`${REPORTS}/${other}`);
    const { reportDocumentId } = z.object({ reportDocumentId: z.string() }).parse(body);
    expect((await client.download(reportDocumentId)).status).toBe(200);

    const hitReport = await finished(LAST_UPDATE);
    expect((await client.ask(`${REPORTS}/${hitReport}`)).status).toBe(500);
    const again = await client.post(REPORTS, { ...reportRequest, reportType: LAST_UPDATE });
    expect(again.status).toBe(500);
  });
});

test.each<[string, unknown]>([
  [
    'truncated does nothing to searchOrders',
    { operation: 'searchOrders', effect: { kind: 'truncated' } },
  ],
  [
    'getReport names no marketplace',
    { operation: 'getReport', marketplaceId: US, effect: { kind: 'hang' } },
  ],
  [
    'token is about no single report type',
    { operation: 'token', reportType: ORDER_DATE, effect: { kind: 'hang' } },
  ],
  ['Invalid', { operation: 'getOrder', effect: { kind: 'hang' } }],
])('a fault that makes no sense is refused: %s', (message, fault) => {
  // What does not fit the type is the point.
  expect(() => sandbox.setFault(fault as Fault)).toThrow(message);
});
