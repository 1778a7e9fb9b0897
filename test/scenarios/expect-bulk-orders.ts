import { rowDifferences } from '../../dev/row-differences';
import { storedOrders } from '../../dev/stored-rows';
import { bulkOrders } from '../../sandbox/bulk-orders';
import { type ExpectedOrder, expectedOrder } from '../../sandbox/expected-rows';
import type { SandboxSeller } from '../../sandbox/sandbox-seller';
import type { Database } from '../../store/database';
import { expectMatch } from './expect-match';

const BATCH = 10_000;

/**
 * Throws unless PostgreSQL holds a seller's bulk orders exactly, and no others but those that searches find. Compares
 * in batches, as they are never all in memory. Returns how many item rows were compared.
 */
export async function expectBulkOrders(
  db: Database,
  userKey: string,
  seller: SandboxSeller,
): Promise<number> {
  let rows = 0;
  let orders = 0;
  let batch: ExpectedOrder[] = [];
  const compare = async () => {
    const ids = batch.map(({ amazonOrderId }) => amazonOrderId);
    const stored = await storedOrders(db, userKey, ids);
    const nothing = { inventory: [], claims: [], returns: [] };
    const differences = rowDifferences(
      { orders: batch, ...nothing },
      { orders: stored, ...nothing },
    );
    expectMatch(differences.slice(0, 5), [], 'differences');
    rows += batch.reduce((sum, { items }) => sum + items.length, 0);
    orders += batch.length;
    batch = [];
  };
  for (const order of bulkOrders(seller)) {
    batch.push(expectedOrder(order));
    if (batch.length === BATCH) await compare();
  }
  await compare();
  const { count } = await db
    .selectFrom('orders')
    .innerJoin('connections', 'connections.id', 'orders.connection_id')
    .select(({ fn }) => fn.countAll<string>().as('count'))
    .where('connections.user_key', '=', userKey)
    .executeTakeFirstOrThrow();
  expectMatch(Number(count), orders + seller.orders.length, 'orders stored');
  return rows;
}
