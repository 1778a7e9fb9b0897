import { storedOrders } from '../../dev/stored-rows';
import { expectMatch, expectThat } from './expect-match';
import { DAY, HOUR, MINUTE, type Scenario } from './scenario';
import type { ScenarioWorld } from './scenario-world';

/** Amazon makes the report of claims anew only every four hours; a scenario about something else need not wait. */
const CLAIMS_AT_ANY_TIME = { regenerationSeconds: 0 };

export const INCREMENTAL: Scenario[] = [
  {
    name: 'incremental with changes',
    given: { amazon: CLAIMS_AT_ANY_TIME },
    async run(world) {
      await world.completeSync();
      world.change(
        { kind: 'update_orders', count: 10 },
        { kind: 'cancel_orders', count: 3 },
        { kind: 'add_orders', count: 8 },
        { kind: 'change_stock', count: 6 },
        { kind: 'add_claims', count: 4 },
        { kind: 'add_returns', count: 3 },
      );
      // Reports end on a whole hour: the claims and returns of this one are in the next.
      await world.later(2 * HOUR);
      const before = world.calls('createReport', 202);
      await world.completeSync();
      await world.expectRows();
      expectMatch(
        world.calls('createReport', 202) - before,
        2,
        'reports (for claims and returns) of the second sync',
      );
    },
  },
  {
    name: 'incremental with none',
    async run(world) {
      await world.completeSync();
      const first = world.sandbox.stats().operations;
      const status = await world.completeSync();
      expectMatch(status, { ordersProcessed: 0, inventoryCount: world.seller.inventory.length });
      await world.expectRows();
      const pages = world.calls('searchOrders') - sumOf(first.searchOrders);
      expectMatch(pages, 1, 'pages of the search');
    },
  },
  {
    name: 'gap of 40 days',
    given: { amazon: CLAIMS_AT_ANY_TIME },
    async run(world) {
      await world.completeSync();
      await world.later(40 * DAY);
      const daysAgo = (days: number) => world.calendar.now() - days * DAY;
      for (const days of [39, 31, 30, 29, 15, 1]) {
        world.change(
          { kind: 'update_orders', count: 4, at: daysAgo(days) },
          { kind: 'add_orders', count: 5, at: daysAgo(days) },
          { kind: 'add_claims', count: 2, at: daysAgo(days) },
          { kind: 'add_returns', count: 2, at: daysAgo(days) },
        );
      }
      world.change({ kind: 'change_stock', count: 5 }, { kind: 'cancel_orders', count: 2 });
      await world.completeSync();
      await world.expectRows();
    },
  },
  {
    name: 'order cancelled',
    async run(world) {
      world.change({ kind: 'add_orders', count: 3, at: world.calendar.now() - 2 * HOUR });
      await world.completeSync();
      const ids = world.change({ kind: 'cancel_orders', count: 2 });
      await world.completeSync();
      await world.expectRows();
      const orders = await stored(world, ids);
      expectThat(
        orders.every(({ status }) => status === 'CANCELLED'),
        'cancelled orders',
        orders,
      );
    },
  },
  {
    name: 'pending order priced later',
    async run(world) {
      const pending = { kind: 'add_orders', count: 3, status: 'PENDING' } as const;
      world.change(pending, { ...pending, at: world.calendar.now() - 2 * DAY });
      await world.completeSync();
      await world.expectRows();
      const ids = world.change({ kind: 'price_orders', count: 6 });
      const before = await stored(world, ids);
      expectThat(
        before.every(({ total }) => total === null),
        'no price of a pending order',
        before,
      );
      await world.completeSync();
      await world.expectRows();
      const after = await stored(world, ids);
      expectThat(
        after.every(({ total }) => total !== null),
        'prices',
        after,
      );
    },
  },
  {
    name: 'late order inside the overlap',
    async run(world) {
      await world.completeSync();
      // Amazon has let us look up to two minutes ago, and shows these orders, older than that, only now.
      const now = world.calendar.now();
      for (const minutes of [5, 20, 40, 55]) {
        world.change({ kind: 'add_orders', count: 2, at: now - minutes * MINUTE });
      }
      await world.completeSync();
      await world.expectRows();
    },
  },
  {
    name: 'repeated page',
    async run(world) {
      await world.completeSync();
      world.change({ kind: 'add_orders', count: 350 });
      const repeated = world.fault({
        operation: 'searchOrders',
        times: 2,
        effect: { kind: 'repeat_page' },
      });
      await world.completeSync();
      await world.expectRows();
      expectMatch(repeated.hits(), 2, 'repeated pages');
    },
  },
  {
    name: 'pagination token expired',
    async run(world) {
      await world.completeSync();
      world.change({ kind: 'add_orders', count: 350 });
      // The third page: two are in, and the search has to begin again.
      const expired = world.fault({
        operation: 'searchOrders',
        after: 1,
        effect: { kind: 'expired_page_token' },
      });
      await world.completeSync();
      await world.expectRows();
      expectMatch(expired.hits(), 1, 'expired tokens');
    },
  },
];

function stored({ service, user }: ScenarioWorld, ids: readonly string[]) {
  return storedOrders(service.db, user.userId, ids);
}

function sumOf(counts: Record<number, number> = {}): number {
  return Object.values(counts).reduce((sum, count) => sum + count, 0);
}
