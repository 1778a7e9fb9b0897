import { expectMatch, expectThat } from './expect-match';
import { MINUTE, type Scenario } from './scenario';

/** 13 windows of 30 days make a year; with the reports of claims and returns that is createReport's burst of 15. */
const FIRST_SYNC_REPORTS = 15;

export const FIRST_SYNC: Scenario[] = [
  {
    name: 'first sync',
    given: {
      sellers: [{ kind: 'generated', seed: 1, size: { orders: 2_000, skus: 150, claims: 100 } }],
      clockSpeed: 100,
    },
    async run(world) {
      const { seller } = world;
      const status = await world.completeSync();
      expectMatch(status, {
        ordersProcessed: seller.orders.length,
        totalOrders: seller.orders.length,
        inventoryCount: seller.inventory.length,
        claimsDetected: seller.claims.length,
      });
      await world.expectRows();
      expectMatch(world.calls('createReport', 202), FIRST_SYNC_REPORTS, 'reports asked for');
      // The year comes by report: the search is only for the last hour.
      expectThat(
        world.calls('searchOrders') <= 2,
        'two searches at most',
        world.calls('searchOrders'),
      );
    },
  },
  {
    name: 'first sync of an empty seller',
    given: { sellers: [{ kind: 'generated', seed: 3, size: { orders: 0, skus: 0, claims: 0 } }] },
    async run(world) {
      const status = await world.completeSync();
      expectMatch(status, { ordersProcessed: 0, inventoryCount: 0, claimsDetected: 0 });
      await world.expectRows();
    },
  },
  {
    name: 'mode: full',
    async run(world) {
      await world.completeSync();
      const { db } = world.service;
      const [lost] = world.seller.orders;
      await db
        .deleteFrom('orders')
        .where('amazon_order_id', '=', lost?.orderId ?? '')
        .execute();
      const before = world.calls('createReport', 202);
      await world.completeSync();
      expectThat(
        (await world.service.differences(world.user, world.seller)).length === 1,
        'an incremental sync not to look at old orders',
      );
      await world.completeSync('full');
      await world.expectRows();
      // A report of an hour that is over is the same report: whoever still has it need not ask again.
      const asked = world.calls('createReport', 202) - before;
      expectThat(asked <= FIRST_SYNC_REPORTS + 1, 'no more reports than a first sync', asked);
    },
  },
  {
    name: 'orders updated between report and search',
    async run(world) {
      const search = world.fault({
        operation: 'searchOrders',
        times: null,
        effect: { kind: 'status', status: 503 },
      });
      const syncId = await world.start();
      await world.until('the search that follows the reports', () => search.hits() > 0);
      const changed = world.change(
        { kind: 'update_orders', count: 10 },
        { kind: 'add_orders', count: 3 },
      );
      expectThat(changed.length === 13, '13 changed orders', changed.length);
      // Amazon's search sees nothing of the last two minutes; the changes are five minutes old.
      search.remove();
      const status = await world.ended(syncId);
      expectMatch(status, { status: 'complete', partial: false });
      await world.expectRows();
      await world.later(5 * MINUTE);
      await world.completeSync();
      await world.expectRows();
    },
  },
];
