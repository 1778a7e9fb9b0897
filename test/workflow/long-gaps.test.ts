import type { TestWorkflowEnvironment } from '@temporalio/testing';
import { advanceCursors } from '../../store/cursors';
import { upsertOrders } from '../../store/orders';
import { onServerTime, openRealWorld, type RealWorld } from './real-activities';
import { ORDER, scriptedAmazon } from './scripted-amazon';
import { runSync } from './sync-runs';
import { startTimeSkipping } from './temporal-servers';

const DAY = 86_400_000;
const US = 'ATVPDKIKX0DER';
const BY_LAST_UPDATE = 'GET_FLAT_FILE_ALL_ORDERS_DATA_BY_LAST_UPDATE_GENERAL';

let server: TestWorkflowEnvironment;
let world: RealWorld;
beforeAll(async () => {
  [server, world] = await Promise.all([startTimeSkipping(), openRealWorld()]);
});
afterAll(async () => {
  await server?.teardown();
  await world?.close();
});

test('a busy seller who was away for 40 days is brought in by reports', async () => {
  // 500 a day: 225 pages of a search, which are ten hours under its quota.
  const { reports } = await syncAfter({ days: 40, ordersPerDay: 500 });
  expect(reports.filter((type) => type === BY_LAST_UPDATE)).toHaveLength(2);
});

test('a quiet seller who was away as long is brought in by a search', async () => {
  const { reports, searches } = await syncAfter({ days: 40, ordersPerDay: 1 });
  expect(reports).not.toContain(BY_LAST_UPDATE);
  expect(searches).toBe(1);
});

test('a seller who was away for three years gets the last twelve months, for which Amazon still has reports', async () => {
  const { reports, oldest } = await syncAfter({ days: 3 * 365, ordersPerDay: 500 });
  expect(reports.filter((type) => type === BY_LAST_UPDATE)).toHaveLength(13);
  expect(oldest / DAY).toBeGreaterThanOrEqual(365);
  expect(oldest / DAY).toBeLessThan(366);
});

/** A sync of a seller whose last one was so many days ago. */
async function syncAfter({ days, ordersPerDay }: { days: number; ordersPerDay: number }) {
  const { userKey, connectionId } = await world.connectedUser();
  const watermark = (await server.currentTimeMs()) - days * DAY;
  const orders = Array.from({ length: 8 * ordersPerDay }, (_, index) => ({
    ...ORDER,
    amazonOrderId: `111-${index}`,
    purchaseDate: new Date(watermark - (index * DAY) / ordersPerDay - 1).toISOString(),
  }));
  await world.db.transaction().execute(async (trx) => {
    await upsertOrders(trx, connectionId, orders);
    const cursor = { connectionId, resource: 'orders', marketplaceId: US } as const;
    const at = new Date(watermark);
    await advanceCursors(trx, [{ ...cursor, watermark: at }], at);
  });
  const reports: string[] = [];
  let searches = 0;
  const starts: number[] = [];
  const amazon = scriptedAmazon({
    createReport: async ({ reportType, from }) => {
      reports.push(reportType);
      if (reportType === BY_LAST_UPDATE) starts.push(Date.parse(from));
      return `${reportType} ${from}`;
    },
    searchOrders: async () => {
      searches += 1;
      return { orders: [], nextToken: null, lastUpdatedBefore: null, createdBefore: null };
    },
  });
  const activities = onServerTime(server, (now) => world.activities({ amazon, now }));
  const { state } = await runSync(server, activities, { userKey });
  expect(state).toMatchObject({ status: 'complete', error: null });
  const oldest = (await server.currentTimeMs()) - Math.min(...starts);
  return { reports, searches, oldest };
}
