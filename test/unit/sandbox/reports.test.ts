import { z } from 'zod';
import { type Sandbox, startSandbox } from '../../../sandbox/sandbox';
import { connect, DOCUMENTS, REPORTS, type SandboxClient, US, until } from './sandbox-client';

const NOW = Date.parse('2025-06-15T12:00:00Z');
const ORDER_DATE = 'GET_FLAT_FILE_ALL_ORDERS_DATA_BY_ORDER_DATE_GENERAL';
const LAST_UPDATE = 'GET_FLAT_FILE_ALL_ORDERS_DATA_BY_LAST_UPDATE_GENERAL';
const CLAIMS = 'GET_FBA_REIMBURSEMENTS_DATA';
const window = { dataStartTime: '2025-05-01T00:00:00Z', dataEndTime: '2025-05-31T00:00:00Z' };

let sandbox: Sandbox;
let client: SandboxClient;
afterEach(() => sandbox.close());

async function start(time: { clockSpeed?: number; elapsed?: () => number } = {}): Promise<void> {
  sandbox = await startSandbox({
    now: () => NOW,
    clockSpeed: 1000,
    ...time,
    sellers: [
      { kind: 'generated', seed: 5, size: { orders: 300, skus: 30, claims: 40 } },
      { kind: 'generated', seed: 6, size: { orders: 0, skus: 0, claims: 0 } },
    ],
  });
  client = await connect(sandbox);
}

const marketplaceIds = () => [...(sandbox.sellers[0]?.marketplaceIds ?? [])];
const within = (time: number) =>
  time >= Date.parse(window.dataStartTime) && time < Date.parse(window.dataEndTime);

test('a report goes through the queue and progress to done, with its document', async () => {
  // A report takes 20 to 60 of Amazon's seconds, the first quarter of them in the queue.
  let seconds = 0;
  await start({ elapsed: () => seconds });
  const request = { reportType: ORDER_DATE, marketplaceIds: marketplaceIds(), ...window };
  const created = await client.post(REPORTS, request);
  expect(created.status).toBe(202);
  const { reportId } = z.object({ reportId: z.string() }).parse(created.body);

  const seen = new Set<string>();
  await until(async () => {
    const { body } = await client.get(`${REPORTS}/${reportId}`);
    seconds += 4;
    const report = z.looseObject({ processingStatus: z.string() }).safeParse(body).data;
    if (report) seen.add(report.processingStatus);
    if (report?.processingStatus !== 'DONE') return null;
    expect(report).toMatchObject({
      reportId,
      reportType: ORDER_DATE,
      dataStartTime: '2025-05-01T00:00:00.000Z',
      dataEndTime: '2025-05-31T00:00:00.000Z',
      reportDocumentId: expect.any(String),
      processingEndTime: expect.any(String),
    });
    return report;
  });
  expect([...seen]).toEqual(['IN_QUEUE', 'IN_PROGRESS', 'DONE']);
});

test.each([
  [ORDER_DATE, 'purchasedAt'],
  [LAST_UPDATE, 'updatedAt'],
] as const)('%s holds the items of the orders of its window', async (reportType, time) => {
  await start();
  const ended = await client.report({ reportType, marketplaceIds: [US], ...window });
  const rows = await client.rows(ended.reportDocumentId ?? '');
  const right = sandbox.sellers[0]?.orders.filter(
    (order) => order.marketplaceId === US && within(order[time]),
  );
  expect(rows.map((row) => row['amazon-order-id'])).toEqual(
    right?.flatMap(({ orderId, items }) => items.map(() => orderId)),
  );
  expect(rows.length).toBeGreaterThan(5);
});

test('an order that changes while the report is generated counts as changed, later it does not', async () => {
  await start();
  const seller = sandbox.sellers[0];
  const position = seller?.orders.findIndex(({ purchasedAt }) => within(purchasedAt)) ?? -1;
  const order = seller?.orders[position];
  if (!seller || !order) throw new Error('no order');
  const put = (status: 'CANCELLED' | 'UNFULFILLABLE') => {
    seller.orders[position] = { ...order, status };
  };

  const running = client.report({
    reportType: ORDER_DATE,
    marketplaceIds: marketplaceIds(),
    ...window,
  });
  put('CANCELLED');
  const { reportDocumentId = '' } = await running;
  put('UNFULFILLABLE');
  const rows = await client.rows(reportDocumentId);
  expect(rows.find((row) => row['amazon-order-id'] === order.orderId)).toMatchObject({
    'order-status': 'Cancelled',
  });
});

test('an order report of more than 30 days ends FATAL without a document', async () => {
  await start();
  const longer = { ...window, dataEndTime: '2025-05-31T00:00:01Z' };
  const reportType = ORDER_DATE;
  const ended = await client.report({ reportType, marketplaceIds: [US], ...longer });
  expect(ended.processingStatus).toBe('FATAL');
  expect(ended.reportDocumentId).toBeUndefined();
});

test('without data an order report is a header, and a reimbursements report is cancelled', async () => {
  await start();
  client = await connect(sandbox, sandbox.sellers[1]?.refreshToken);
  const orders = await client.report({ reportType: ORDER_DATE, marketplaceIds: [US], ...window });
  expect(await client.rows(orders.reportDocumentId ?? '')).toEqual([]);
  const claims = await client.report({ reportType: CLAIMS, marketplaceIds: [US], ...window });
  expect(claims).toMatchObject({ processingStatus: 'CANCELLED' });
});

test('reimbursements cover the account, whichever marketplace was named', async () => {
  await start();
  const year = { dataStartTime: '2024-06-15T12:00:00Z', dataEndTime: '2025-06-15T12:00:00Z' };
  const ended = await client.report({ reportType: CLAIMS, marketplaceIds: [US], ...year });
  const rows = await client.rows(ended.reportDocumentId ?? '');
  expect(rows.map((row) => row['reimbursement-id'])).toEqual(
    sandbox.sellers[0]?.claims.map(({ reimbursementId }) => reimbursementId),
  );
  expect(new Set(rows.map((row) => row['currency-unit'])).size).toBeGreaterThan(1);
});

test('a document URL works for five minutes and then is refused', async () => {
  // Five minutes of Amazon's are 300 real milliseconds.
  await start({ clockSpeed: 1000 });
  const ended = await client.report({ reportType: ORDER_DATE, marketplaceIds: [US], ...window });
  const { body } = await client.get(`${DOCUMENTS}/${ended.reportDocumentId}`);
  const document = z
    .object({ url: z.string(), compressionAlgorithm: z.literal('GZIP') })
    .parse(body);
  const download = await fetch(document.url);
  expect(download.status).toBe(200);
  expect(download.headers.get('content-type')).toBe('text/tab-separated-values; charset=UTF-8');
  expect(download.headers.get('content-encoding')).toBeNull();
  await download.arrayBuffer();

  await until(async () => {
    const late = await fetch(document.url);
    const text = await late.text().catch(() => '');
    return late.status === 403 && text.includes('Request has expired') ? true : null;
  });
});

test('a URL that was changed, and another seller, get no document', async () => {
  await start();
  const ended = await client.report({ reportType: ORDER_DATE, marketplaceIds: [US], ...window });
  const other = await connect(sandbox, sandbox.sellers[1]?.refreshToken);
  expect((await other.get(`${DOCUMENTS}/${ended.reportDocumentId}`)).status).toBe(404);
  expect((await other.get(`${REPORTS}/${ended.reportId}`)).status).toBe(404);
  expect((await fetch(`${sandbox.url}/documents/made.up`)).status).toBe(403);
});

test('reports are listed by type and status, newest first, page by page', async () => {
  await start({ clockSpeed: 1 });
  const List = z.object({
    reports: z.array(z.object({ reportId: z.string() })),
    nextToken: z.string().optional(),
  });
  const ids: string[] = [];
  for (const reportType of [ORDER_DATE, CLAIMS, ORDER_DATE, ORDER_DATE]) {
    const { body } = await client.post(REPORTS, { reportType, marketplaceIds: [US], ...window });
    ids.push(z.object({ reportId: z.string() }).parse(body).reportId);
  }
  const filters = { reportTypes: ORDER_DATE, processingStatuses: 'IN_QUEUE', pageSize: '2' };
  const first = List.parse((await client.get(REPORTS, filters)).body);
  const rest = List.parse((await client.get(REPORTS, { nextToken: first.nextToken ?? '' })).body);
  expect([...first.reports, ...rest.reports].map(({ reportId }) => reportId)).toEqual([
    ids[3],
    ids[2],
    ids[0],
  ]);
  expect(rest.nextToken).toBeUndefined();

  const count = async (query: Record<string, string>) =>
    List.parse((await client.get(REPORTS, query)).body).reports.length;
  expect(await count({ ...filters, processingStatuses: 'DONE' })).toBe(0);
  expect(await count({ ...filters, createdSince: '2025-06-15T12:00:01Z' })).toBe(0);
  expect((await client.get(REPORTS, { ...filters, nextToken: 'x' })).status).toBe(400);
});

test.each([
  ['an unknown type', { reportType: 'GET_MERCHANT_LISTINGS_ALL_DATA' }],
  ['no marketplace', { marketplaceIds: [] }],
  ['a future end', { dataEndTime: '2025-06-15T12:00:01Z' }],
  ['an end before the start', { dataEndTime: '2025-04-01T00:00:00Z' }],
])('%s is invalid input', async (_, change) => {
  await start({ clockSpeed: 1 });
  const request = { reportType: ORDER_DATE, marketplaceIds: [US], ...window, ...change };
  expect(await client.post(REPORTS, request)).toMatchObject({
    status: 400,
    body: { errors: [{ code: 'InvalidInput' }] },
  });
});
