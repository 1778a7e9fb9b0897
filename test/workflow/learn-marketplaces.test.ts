import type { TestWorkflowEnvironment } from '@temporalio/testing';
import type { LearnMarketplaces } from '../../activities/learn-marketplaces';
import type { SyncPlan } from '../../activities/sync-plan';
import { allGood, final, LATER_SYNC } from './fake-world';
import { eventCounts, runSync } from './sync-runs';
import { startTimeSkipping } from './temporal-servers';

let server: TestWorkflowEnvironment;
beforeAll(async () => {
  server = await startTimeSkipping();
});
afterAll(() => server?.teardown());

const [KNOWN] = LATER_SYNC.connections;
if (KNOWN === undefined) throw new Error('The later sync has no connection');

/** Plans that ask for marketplaces first: of one whose marketplaces are known, or are not. */
const STALE: SyncPlan = { connections: [{ ...KNOWN, learn: true }] };
const UNKNOWN: SyncPlan = {
  connections: [{ ...KNOWN, learn: true, marketplaceIds: [], work: null }],
};

/** A world in which the first plan is this one, and the next is made of what was learned. */
function worldWith(first: SyncPlan, then: SyncPlan = LATER_SYNC) {
  const plans = [first, then];
  const asked: LearnMarketplaces[] = [];
  return {
    asked,
    ...allGood,
    prepareSync: async () => plans.shift() ?? then,
    learnMarketplaces: async (input: LearnMarketplaces) => {
      asked.push(input);
    },
  };
}

test('a sync whose marketplaces are known asks nothing more of Amazon', async () => {
  const { asked, ...world } = worldWith(LATER_SYNC);
  const sync = await runSync(server, world);
  expect(sync.status).toBe('COMPLETED');
  expect(asked).toEqual([]);
  // prepareSync, searchOrders, scanInventory, requestReport, awaitReport, importClaims, importAccountReport,
  // recordSyncOutcome.
  expect(eventCounts(sync.history).activityTaskScheduled).toBe(8);
});

test.each([
  ['not known, with all patience', UNKNOWN, 'long'],
  ['known for long, with little', STALE, 'short'],
] as const)(
  'marketplaces that are %s are asked for before anything else',
  async (_, plan, patience) => {
    const { asked, ...world } = worldWith(plan);
    const sync = await runSync(server, world);
    expect(sync.state).toMatchObject({ status: 'complete' });
    const { connectionId, region } = KNOWN;
    expect(asked).toEqual([{ connectionId, region, patience }]);
    expect(eventCounts(sync.history).activityTaskScheduled).toBe(10);
  },
);

test('where Amazon does not say, a sync goes on with what was known', async () => {
  const { asked: _, ...world } = worldWith(STALE, STALE);
  const learnMarketplaces = async () => {
    throw final('access_denied', 'Amazon denies access');
  };
  const sync = await runSync(server, { ...world, learnMarketplaces });
  expect(sync.state).toMatchObject({ status: 'complete', error: null });
});

test('a connection of which nothing is known leaves the others alone, and says why', async () => {
  const OTHER = { ...KNOWN, connectionId: 'connection-2', region: 'eu' } as const;
  const both = { connections: [...UNKNOWN.connections, OTHER] };
  const { asked: _, ...world } = worldWith(both, both);
  const learnMarketplaces = async () => {
    throw final('no_marketplaces', 'This seller does not sell there');
  };
  const { state } = await runSync(server, { ...world, learnMarketplaces });
  expect(state?.status).toBe('complete');
  expect(state?.resources.orders.error).toMatchObject({
    type: 'no_marketplaces',
    message: 'North America: This seller does not sell there',
  });
});
