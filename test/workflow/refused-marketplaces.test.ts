import type { TestWorkflowEnvironment } from '@temporalio/testing';
import type { CompleteOrders, SearchOrders } from '../../activities/orders-activities';
import type { ReportRequest } from '../../activities/report-steps';
import type { SyncPlan } from '../../activities/sync-plan';
import { isPartial } from '../../contract/status-body';
import { allGood, FIRST_SYNC, final, LATER_SYNC, WINDOWS } from './fake-world';
import { runSync } from './sync-runs';
import { startTimeSkipping } from './temporal-servers';

const US = 'ATVPDKIKX0DER';
const CA = 'A2EUQ1WTGCTBG2';
const MX = 'A1AM78C64UM0Y8';
const denied = () => final('access_denied', 'Amazon denies access to this data');

let server: TestWorkflowEnvironment;
beforeAll(async () => {
  server = await startTimeSkipping();
});
afterAll(() => server?.teardown());

/** A seller in three marketplaces. */
function inThree({ connections }: SyncPlan): SyncPlan {
  return {
    connections: connections.map((connection) => ({
      ...connection,
      marketplaceIds: [US, CA, MX],
      work: connection.work && {
        ...connection.work,
        orders: connection.work.orders.map((group) => ({
          ...group,
          marketplaceIds: [US, CA, MX],
        })),
      },
    })),
  };
}

/** Amazon refuses whatever names one of these. */
function refusing(...refused: string[]) {
  const check = (ids: readonly string[]) => {
    if (ids.some((id) => refused.includes(id))) throw denied();
  };
  const asked = { reports: [] as ReportRequest[], searches: [] as SearchOrders[], probes: 0 };
  const completed: CompleteOrders[] = [];
  return {
    asked,
    completed,
    activities: {
      ...allGood,
      prepareSync: async () => inThree(FIRST_SYNC),
      async requestReport(request: ReportRequest) {
        asked.reports.push(request);
        check(request.marketplaceIds);
        return `${request.resource} from ${request.range.from}`;
      },
      async searchOrders(search: SearchOrders) {
        asked.searches.push(search);
        check(search.marketplaceIds);
        return { records: 3 };
      },
      async scanInventory({ marketplaceId }: { marketplaceId: string }) {
        check([marketplaceId]);
        return { records: 5 };
      },
      async findRefusal({ marketplaceId }: { marketplaceId: string }) {
        asked.probes += 1;
        return refused.includes(marketplaceId) ? { requestId: `probe-${marketplaceId}` } : null;
      },
      async completeOrders(input: CompleteOrders) {
        completed.push(input);
      },
    },
  };
}

test('one marketplace that Amazon refuses stops no other, and the sync says which is missing', async () => {
  const { activities, asked, completed } = refusing(MX);
  const sync = await runSync(server, activities);
  const error = {
    type: 'access_denied',
    message: 'Amazon.com.mx: Amazon denies access to this marketplace',
    requestId: `probe-${MX}`,
  };
  expect(sync.state).toMatchObject({
    status: 'complete',
    progress: 100,
    resources: {
      orders: { outcome: 'complete', records: 10 * WINDOWS + 3, error },
      inventory: { outcome: 'complete', records: 10, error },
      claims: { outcome: 'complete', records: 2, error: null },
    },
  });
  expect(sync.state && isPartial(sync.state)).toBe(true);
  expect(completed.map(({ marketplaceIds }) => marketplaceIds)).toEqual([[US, CA]]);
  expect(asked.searches.at(-1)?.marketplaceIds).toEqual([US, CA]);
  expect(asked.probes).toBe(3); // once a sync, not once a window
});

test('a refusal that comes with the search leaves the marketplace to the next sync', async () => {
  const { activities, asked } = refusing(MX);
  const sync = await runSync(server, {
    ...activities,
    prepareSync: async () => inThree(LATER_SYNC),
  });
  expect(sync.state?.resources.orders).toMatchObject({ outcome: 'complete', records: 3 });
  expect(asked.searches.map(({ marketplaceIds, patience }) => [marketplaceIds, patience])).toEqual([
    [[US, CA, MX], 'short'],
    [[US, CA], 'long'],
  ]);
});

test('a refusal of all marketplaces is none of them: it is waited for with all patience', async () => {
  const { activities, asked } = refusing(US, CA, MX);
  const sync = await runSync(server, activities);
  expect(sync.status).toBe('FAILED');
  expect(sync.state).toBeNull();
  const last = asked.reports.filter(({ patience }) => patience === 'long');
  expect(last).toHaveLength(WINDOWS + 1);
  for (const { marketplaceIds } of last) expect(marketplaceIds).toEqual([US, CA, MX]);
});

test('a role that lacks for claims refuses no marketplace, and costs the claims only', async () => {
  const { activities, asked } = refusing();
  const sync = await runSync(server, {
    ...activities,
    async requestReport(request) {
      if (request.resource === 'claims') {
        asked.reports.push(request);
        throw denied();
      }
      return `${request.resource} from ${request.range.from}`;
    },
  });
  expect(sync.state?.resources).toMatchObject({
    orders: { outcome: 'complete', error: null },
    claims: { outcome: 'failed', error: { type: 'access_denied' } },
  });
  expect(asked.reports.map(({ patience }) => patience)).toEqual(['short', 'long']);
});

test('a region whose authorization was withdrawn leaves the other one alone', async () => {
  const [connection] = FIRST_SYNC.connections;
  if (connection === undefined) throw new Error('no connection');
  const sync = await runSync(server, {
    ...allGood,
    prepareSync: async () => ({
      connections: [
        connection,
        { ...connection, connectionId: 'connection-2', region: 'eu', work: null },
      ],
    }),
  });
  const error = {
    type: 'reauthorization_required',
    message: 'Europe: Amazon withdrew the authorization; connect Amazon again',
  };
  expect(sync.state).toMatchObject({
    status: 'complete',
    resources: {
      orders: { outcome: 'complete', records: 10 * WINDOWS + 3, error },
      inventory: { outcome: 'complete', error },
      claims: { outcome: 'complete', error },
    },
  });
});
