import type { TestWorkflowEnvironment } from '@temporalio/testing';
import { createAmazon } from '../../amazon/amazon';
import { rowDifferences } from '../../dev/row-differences';
import { storedRows } from '../../dev/stored-rows';
import { expectedRows } from '../../sandbox/expected-rows';
import { type Sandbox, startSandbox } from '../../sandbox/sandbox';
import { createUsagePlans } from '../../sandbox/usage-plans';
import { onServerTime, openRealWorld, type RealWorld } from './real-activities';
import { runSync } from './sync-runs';
import { startTimeSkipping } from './temporal-servers';

const ORDERS = 100_000;
const MINUTE = 60_000;

/** Amazon's seconds for a report: 3 to 10 minutes. */
const REPORT_SECONDS = { min: 180, max: 600 };

// Amazon keeps its published plans, and hours pass in moments: Temporal's server skips them, and the sandbox's time
// is Temporal's.
let server: TestWorkflowEnvironment;
let world: RealWorld;
let sandbox: Sandbox;

let serverNow = Date.now;
let ahead = 0;
/** The time of service and sandbox. Temporal's stands still while activities run; this one is never put back. */
const now = () => {
  const real = Date.now();
  ahead = Math.max(ahead, serverNow() - real);
  return real + ahead;
};
beforeAll(async () => {
  [server, world, sandbox] = await Promise.all([
    startTimeSkipping(),
    openRealWorld(),
    startSandbox({
      now,
      elapsed: () => now() / 1000,
      reportSeconds: REPORT_SECONDS,
      // Little stock: while a month of orders is made and imported in this process, pages of it that are due half
      // a second apart would leave together.
      sellers: [{ kind: 'generated', seed: 1, size: { orders: ORDERS, skus: 50, claims: 1_000 } }],
    }),
  ]);
});
afterAll(async () => {
  await server?.teardown();
  await world?.close();
  await sandbox?.close();
});

test('a first sync of 100,000 orders takes minutes where paging takes days, and not one 429', async () => {
  const [seller] = sandbox.sellers;
  if (seller === undefined) throw new Error('The sandbox has no seller');
  const { userKey } = await world.connectedUser(seller.marketplaceIds, {
    endpoint: sandbox.spApiUrl,
    refreshToken: seller.refreshToken,
  });
  const activities = onServerTime(server, (time) => {
    serverNow = time;
    const amazon = createAmazon({
      settings: {
        lwaUrl: sandbox.lwaUrl,
        clientId: 'client',
        clientSecret: () => 'secret',
        userAgent: 'test',
        isPublicAddress: () => false,
        timeoutMs: 30_000,
      },
      now,
    });
    return world.activities({ amazon, now });
  });
  const sync = await runSync(server, activities, { userKey, longestMs: 500_000 });
  expect(sync.state).toMatchObject({ status: 'complete', error: null });
  expect(rowDifferences(expectedRows(seller), await storedRows(world.db, userKey))).toEqual([]);
  const refused = Object.values(sandbox.stats().operations).map((counts) => counts[429] ?? 0);
  expect(Math.max(...refused)).toBe(0);

  const paging = pagingMs(Math.ceil(ORDERS / 100));
  process.stdout.write(
    `${ORDERS.toLocaleString('en-US')} orders under the published usage plans, reports made in 3 to 10 minutes:\n` +
      `  this service      ${hours(sync.milliseconds)} from the start to complete\n` +
      `  paging the search ${hours(paging)}\n`,
  );
  // The slowest report, the looks at it, and the import: nothing waits for a quota.
  expect(sync.milliseconds).toBeLessThan(16 * MINUTE);
  expect(paging / sync.milliseconds).toBeGreaterThan(100);
}, 600_000);

/** How long so many calls of searchOrders take under the sandbox's plan, one after the other. */
function pagingMs(pages: number): number {
  let seconds = 0;
  const plans = createUsagePlans({ now: () => 0, elapsed: () => seconds });
  for (let page = 0; page < pages; page += 1) {
    while (!plans.take('seller', 'searchOrders')) seconds += 1;
  }
  return seconds * 1000;
}

function hours(milliseconds: number): string {
  return `${(milliseconds / 3_600_000).toFixed(2).padStart(6)} h`;
}
