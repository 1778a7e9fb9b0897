import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import type { LocalUser } from '../../dev/local-service';
import { rowDifferences } from '../../dev/row-differences';
import { storedOrders } from '../../dev/stored-rows';
import { bulkOrders } from '../../sandbox/bulk-orders';
import { type ExpectedOrder, expectedOrder } from '../../sandbox/expected-rows';
import type { SandboxSeller } from '../../sandbox/sandbox-seller';
import { expectMatch, expectThat } from './expect-match';
import { DAY, type Scenario, SMALL_SELLER } from './scenario';
import { expectComplete, type ScenarioWorld } from './scenario-world';

/** Every fourth order has two items: a million rows. */
const ORDERS = 800_000;
const ROWS = 1_000_000;

/**
 * What the worker may grow by while it imports them: the text alone is 240 MB, and its rows as objects would be
 * over a gigabyte.
 */
const GROWTH_MB = 250;

const BATCH = 10_000;

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
      await expectBulk(world, user, seller);
      expectThat(most - before <= GROWTH_MB, `growth of at most ${GROWTH_MB} MB`, most - before);
    },
  },
];

/** Compares the orders in batches, as they are never all in memory; then that there are no others. */
async function expectBulk(
  { service }: ScenarioWorld,
  user: LocalUser,
  seller: SandboxSeller,
): Promise<void> {
  let rows = 0;
  let batch: ExpectedOrder[] = [];
  const compare = async () => {
    const ids = batch.map(({ amazonOrderId }) => amazonOrderId);
    const stored = await storedOrders(service.db, user.userId, ids);
    const nothing = { inventory: [], claims: [] };
    const differences = rowDifferences(
      { orders: batch, ...nothing },
      { orders: stored, ...nothing },
    );
    expectMatch(differences.slice(0, 5), [], 'differences');
    rows += batch.reduce((sum, { items }) => sum + items.length, 0);
    batch = [];
  };
  for (const order of bulkOrders(seller)) {
    batch.push(expectedOrder(order));
    if (batch.length === BATCH) await compare();
  }
  await compare();
  expectMatch(rows, ROWS, 'rows compared');
  const { count } = await service.db
    .selectFrom('orders')
    .innerJoin('connections', 'connections.id', 'orders.connection_id')
    .select(({ fn }) => fn.countAll<string>().as('count'))
    .where('connections.user_key', '=', user.userId)
    .executeTakeFirstOrThrow();
  expectMatch(Number(count), ORDERS + seller.orders.length, 'orders stored');
}

/** MB that a process holds. */
async function memoryOf(pid: number): Promise<number> {
  const { stdout } = await promisify(execFile)('ps', ['-o', 'rss=', '-p', String(pid)]);
  return Math.round(Number(stdout.trim()) / 1024);
}
