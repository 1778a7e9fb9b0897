import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
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
    given: { workers: 0, limitSeconds: 900 },
    async run(world) {
      const { service, calendar } = world;
      const worker = await service.spawnWorker();
      // What a worker needs once is there after a first sync; the rest would be the report's.
      await world.completeSync();
      const now = calendar.now();
      const seller = await world.sandbox.addSeller({
        ...SMALL_SELLER,
        seed: 9,
        anchor: now - DAY,
        bulk: { orders: ORDERS, from: now - 25 * DAY, to: now - 5 * DAY },
      });
      const user = await service.user(seller);
      const before = await memoryOf(worker.pid);
      let most = before;
      const syncId = await world.start('auto', user);
      const watch = setInterval(async () => {
        most = Math.max(most, await memoryOf(worker.pid));
      }, 250);
      const status = await world.ended(syncId, user).finally(() => clearInterval(watch));
      expectComplete(status);
      expectMatch(status.ordersProcessed, ORDERS + seller.orders.length, 'ordersProcessed');
      const rows = await expectBulkOrders(service.db, user.userId, seller);
      expectMatch(rows, ROWS, 'rows compared');
      expectThat(most - before <= GROWTH_MB, `growth of at most ${GROWTH_MB} MB`, most - before);
    },
  },
];

/** MB that a process holds. */
async function memoryOf(pid: number): Promise<number> {
  const { stdout } = await promisify(execFile)('ps', ['-o', 'rss=', '-p', String(pid)]);
  return Math.round(Number(stdout.trim()) / 1024);
}
