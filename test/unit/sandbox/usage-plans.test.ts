import { type Sandbox, startSandbox } from '../../../sandbox/sandbox';
import { createUsagePlans, type Operation, USAGE_PLANS } from '../../../sandbox/usage-plans';
import {
  connect,
  DOCUMENTS,
  INVENTORY,
  ORDERS,
  PARTICIPATIONS,
  REPORTS,
  type SandboxClient,
  type SandboxReply,
  US,
  until,
} from './sandbox-client';

const calls: Record<Operation, (client: SandboxClient) => Promise<SandboxReply>> = {
  searchOrders: (client) =>
    client.get(ORDERS, { createdAfter: '2024-01-01T00:00:00Z', marketplaceIds: US }),
  getInventorySummaries: (client) =>
    client.get(INVENTORY, {
      granularityType: 'Marketplace',
      granularityId: US,
      marketplaceIds: US,
    }),
  createReport: (client) =>
    client.post(REPORTS, { reportType: 'GET_FBA_REIMBURSEMENTS_DATA', marketplaceIds: [US] }),
  getReport: (client) => client.get(`${REPORTS}/1`),
  getReports: (client) => client.get(REPORTS, { reportTypes: 'GET_FBA_REIMBURSEMENTS_DATA' }),
  getReportDocument: (client) => client.get(`${DOCUMENTS}/1`),
  getMarketplaceParticipations: (client) => client.get(PARTICIPATIONS),
};

/** Rate and burst as Amazon publishes them, written out again so that a slip in the table shows. */
const published: [Operation, rate: string, burst: number][] = [
  ['searchOrders', '0.0056', 20],
  ['getInventorySummaries', '2', 2],
  ['createReport', '0.0167', 15],
  ['getReport', '2', 15],
  ['getReports', '0.0222', 10],
  ['getReportDocument', '0.0167', 15],
  ['getMarketplaceParticipations', '0.016', 15],
];

let sandbox: Sandbox;
afterEach(() => sandbox.close());

async function started(clockSpeed: number): Promise<SandboxClient> {
  const size = { orders: 0, skus: 0, claims: 0 };
  sandbox = await startSandbox({
    clockSpeed,
    sellers: [
      { kind: 'generated', seed: 1, size },
      { kind: 'generated', seed: 2, size },
    ],
  });
  return connect(sandbox);
}

describe.each(published)('%s', (operation, rate, burst) => {
  test('answers its burst with the published rate, then 429 without a rate', async () => {
    // So slow that nothing is refilled during the test.
    const client = await started(0.001);
    for (let count = 0; count < burst; count++) {
      const { status, headers } = await calls[operation](client);
      expect(status).not.toBe(429);
      expect(headers.get('x-amzn-ratelimit-limit')).toBe(rate);
    }

    const { status, headers, body } = await calls[operation](client);
    expect(status).toBe(429);
    expect(headers.get('x-amzn-ratelimit-limit')).toBeNull();
    expect(headers.get('x-amzn-requestid')).toMatch(/^[0-9a-f-]{36}$/);
    expect(body).toMatchObject({ errors: [{ code: 'QuotaExceeded' }] });
    expect(sandbox.stats().operations[operation]).toMatchObject({ 429: 1 });

    const other = await connect(sandbox, sandbox.sellers[1]?.refreshToken);
    expect((await calls[operation](other)).status).not.toBe(429);
  });

  test('is refilled on the fast clock', async () => {
    // Five requests a real second, whatever the published rate.
    const client = await started(5 / USAGE_PLANS[operation].perSecond);
    const drained = async () => (await calls[operation](client)).status === 429;
    await until(async () => (await drained()) || null);
    await until(async () => !(await drained()) || null);
  });
});

test('a bucket is refilled at the published rate and never above its burst', async () => {
  await started(1);
  let elapsed = 0;
  const plans = createUsagePlans({ now: () => 0, elapsed: () => elapsed });
  const takeAll = () => {
    let taken = 0;
    while (plans.take('A1', 'searchOrders')) taken++;
    return taken;
  };
  expect(takeAll()).toBe(20);
  elapsed += 178;
  expect(takeAll()).toBe(0);
  elapsed += 1;
  expect(takeAll()).toBe(1);
  elapsed += 86_400;
  expect(takeAll()).toBe(20);
});
