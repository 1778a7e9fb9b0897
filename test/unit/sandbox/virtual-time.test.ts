import { z } from 'zod';
import { type Sandbox, type SandboxOptions, startSandbox } from '../../../sandbox/sandbox';
import { createUsagePlans, USAGE_PLANS } from '../../../sandbox/usage-plans';
import { connect, ORDERS, REPORTS, type SandboxClient, US } from './sandbox-client';

const NOW = Date.parse('2025-06-15T12:00:00Z');
const HOUR = 3600;
const CLAIMS = 'GET_FBA_REIMBURSEMENTS_DATA';
const ORDER_DATE = 'GET_FLAT_FILE_ALL_ORDERS_DATA_BY_ORDER_DATE_GENERAL';
const window = { dataStartTime: '2025-05-16T00:00:00Z', dataEndTime: '2025-06-15T00:00:00Z' };

let sandbox: Sandbox;
let client: SandboxClient;
/** Both of Amazon's clocks stand still until the test moves them. */
let elapsed = 0;
afterEach(() => sandbox.close());

async function start(options: Partial<SandboxOptions> = {}): Promise<void> {
  elapsed = 0;
  sandbox = await startSandbox({
    now: () => NOW + elapsed * 1000,
    elapsed: () => elapsed,
    sellers: [
      { kind: 'generated', seed: 5, size: { orders: 60, skus: 30, claims: 400 } },
      { kind: 'generated', seed: 6, size: { orders: 0, skus: 3, claims: 400 } },
    ],
    ...options,
  });
  client = await connect(sandbox);
}

async function pass(seconds: number): Promise<void> {
  elapsed += seconds;
  // An access token lives an hour.
  client = await connect(sandbox);
}

const create = async (reportType: string, range = window) => {
  const { body } = await client.post(REPORTS, { reportType, marketplaceIds: [US], ...range });
  return z.object({ reportId: z.string() }).parse(body).reportId;
};
const Report = z.looseObject({
  processingStatus: z.string(),
  processingStartTime: z.string().optional(),
  processingEndTime: z.string().optional(),
});
const look = async (reportId: string) =>
  Report.parse((await client.get(`${REPORTS}/${reportId}`)).body);
const statusOf = async (reportId: string) => (await look(reportId)).processingStatus;

test('how far a report is follows from the time that has passed, looked at or not', async () => {
  await start({ reportSeconds: { min: 100, max: 100 } });
  const watched = await create(ORDER_DATE);
  const unwatched = await create(ORDER_DATE);
  const at: [number, string][] = [
    [0, 'IN_QUEUE'],
    [24.9, 'IN_QUEUE'],
    [25, 'IN_PROGRESS'],
    [99.9, 'IN_PROGRESS'],
    [100, 'DONE'],
  ];
  for (const [seconds, status] of at) {
    elapsed = seconds;
    expect(await statusOf(watched)).toBe(status);
  }
  elapsed = 500;
  expect(await look(unwatched)).toMatchObject({
    processingStatus: 'DONE',
    processingStartTime: '2025-06-15T12:00:25.000Z',
    processingEndTime: '2025-06-15T12:01:40.000Z',
  });
});

describe('the regeneration limit', () => {
  const other = { dataStartTime: '2025-04-01T00:00:00Z', dataEndTime: '2025-05-01T00:00:00Z' };

  test('a reimbursements report asked within four hours of one that is done is cancelled', async () => {
    await start({ reportSeconds: { min: 60, max: 60 } });
    const first = await create(CLAIMS);
    await pass(60);
    expect(await statusOf(first)).toBe('DONE');

    const soon = await create(CLAIMS);
    const otherRange = await create(CLAIMS, other);
    await pass(4 * HOUR - 1);
    const justTooSoon = await create(CLAIMS);
    await pass(1);
    const late = await create(CLAIMS);
    await pass(60);
    for (const reportId of [soon, otherRange, justTooSoon])
      expect(await statusOf(reportId)).toBe('CANCELLED');
    expect(await statusOf(late)).toBe('DONE');
    expect(await statusOf(first)).toBe('DONE');
  });

  test('counts from a report that nobody looked at, and not for order reports', async () => {
    await start();
    await create(CLAIMS);
    await create(ORDER_DATE);
    await pass(60);
    const again = [await create(CLAIMS), await create(ORDER_DATE)];
    await pass(60);
    expect(await Promise.all(again.map(statusOf))).toEqual(['CANCELLED', 'DONE']);
  });

  test('lets reports be asked side by side, and again after one without data', async () => {
    await start();
    const empty = { ...window, dataEndTime: window.dataStartTime };
    const none = await create(CLAIMS, empty);
    await pass(60);
    expect(await statusOf(none)).toBe('CANCELLED');
    const both = [await create(CLAIMS), await create(CLAIMS, other)];
    await pass(60);
    expect(await Promise.all(both.map(statusOf))).toEqual(['DONE', 'DONE']);
  });

  test('is of each seller by itself, and can be off', async () => {
    await start({ regenerationSeconds: 0 });
    await create(CLAIMS);
    await pass(60);
    const again = await create(CLAIMS);
    await pass(60);
    expect(await statusOf(again)).toBe('DONE');
    await sandbox.close();

    await start();
    await create(CLAIMS);
    await pass(60);
    client = await connect(sandbox, sandbox.sellers[1]?.refreshToken);
    const ofOther = await create(CLAIMS);
    elapsed += 60;
    expect(await statusOf(ofOther)).toBe('DONE');
  });
});

test('quotas are refilled over HTTP by virtual time alone', async () => {
  await start();
  const search = { createdAfter: '2025-06-01T00:00:00Z', marketplaceIds: US };
  const served = async () => {
    let count = 0;
    while ((await client.ask(ORDERS, search)).status === 200) count += 1;
    return count;
  };
  expect(await served()).toBe(20);
  await pass(HOUR);
  // 3,600 s × 0.0056/s = 20.16, and the bucket holds 20.
  expect(await served()).toBe(20);
  await pass(HOUR / 2);
  expect(await served()).toBe(10);
});

test('a day of asking every second is served the burst and the rate, no more and no less', async () => {
  await start();
  const plans = createUsagePlans({ now: () => NOW, elapsed: () => elapsed });
  for (const operation of z.enum(Object.keys(USAGE_PLANS) as (keyof typeof USAGE_PLANS)[])
    .options) {
    const { perSecond, burst } = USAGE_PLANS[operation];
    const from = elapsed;
    let served = 0;
    for (let second = 0; second <= 86_400; second++) {
      elapsed = from + second;
      if (plans.take('A1', operation)) served += 1;
    }
    const right = Math.min(86_401, burst + 86_400 * perSecond);
    // The last request may be a fraction of its time away.
    expect(served).toBeGreaterThan(right - 2);
    expect(served).toBeLessThanOrEqual(right + 0.001);
  }
});
