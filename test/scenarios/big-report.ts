import { withGrowth } from '../../dev/memory-of';
import { expectBulkOrders } from './expect-bulk-orders';
import { expectMatch, expectThat } from './expect-match';
import { DAY, type Scenario, SMALL_SELLER } from './scenario';
import { expectComplete } from './scenario-world';

/** Every fourth order has two items: a million rows. */
const ORDERS = 800_000;
const ROWS = 1_000_000;

/**
 * What the worker may grow by while it imports them: the text alone is 240 MB, and its rows as objects would be
 * over a gigabyte.
 */
const GROWTH_MB = 250;

export const BIG_REPORT: Scenario[] = [
  {
    name: '1,000,000-row report',
    given: { workers: 0, limitSeconds: 1_800 },
    async run(world) {
      const { service, calendar } = world;
      const worker = await service.spawnWorker();
      // What a worker needs once is there after a first sync; the rest would be the report's.
      await world.completeSync();
      const now = calendar.now();
      const seller = await world.sandbox.addSeller({
        ...SMALL_SELLER,
        seed: 9,
        bulk: { orders: ORDERS, from: now - 25 * DAY, to: now - 5 * DAY },
      });
      const user = await service.user(seller);
      const { result: status, growth } = await withGrowth(worker.pid, () =>
        world.sync('auto', user),
      );
      expectComplete(status);
      expectMatch(status.ordersProcessed, ORDERS + seller.orders.length, 'ordersProcessed');
      const rows = await expectBulkOrders(service.db, user.userId, seller);
      expectMatch(rows, ROWS, 'rows compared');
      expectThat(growth <= GROWTH_MB, `growth of at most ${GROWTH_MB} MB`, growth);
    },
  },
];
