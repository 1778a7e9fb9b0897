import { sql } from 'kysely';
import { upsertOrders } from '../../../store/orders';
import { eventually } from '../../eventually';
import { connected, item, order } from './stored-things';
import { type TestDatabase, testDatabase } from './test-database';

const BATCHES = 20;
const ORDERS = 200;

let database: TestDatabase;
beforeAll(async () => {
  database = await testDatabase();
});
afterAll(() => database.drop());

/** Looks at orders by their key, and by any other index: what those pass over on their way is in no count. */
async function reads(): Promise<{ otherwise: number; byKey: number }> {
  const { rows } = await sql<{ otherwise: number; byKey: number }>`
    select coalesce(sum(idx_scan) filter (where indexrelname <> 'orders_pkey'), 0)::integer as otherwise,
      coalesce(sum(idx_scan) filter (where indexrelname = 'orders_pkey'), 0)::integer as "byKey"
    from pg_stat_user_indexes where relname = 'orders'`.execute(database.db);
  const [found] = rows;
  if (found === undefined) throw new Error('PostgreSQL counts nothing');
  return found;
}

test('a first import into empty tables finds the order of each item by its key', async () => {
  const connectionId = await connected(database.db, 'user123');
  // One connection, as an import has: what PostgreSQL decided for the first batch is there for the others.
  await database.db.connection().execute(async (db) => {
    for (let batch = 0; batch < BATCHES; batch += 1) {
      const orders = Array.from({ length: ORDERS }, (_, number) =>
        order(`302-${batch}-${number}`, { items: [item()] }),
      );
      await db.transaction().execute((trx) => upsertOrders(trx, connectionId, orders));
    }
    await sql`select pg_stat_force_next_flush()`.execute(db);
  });
  const { otherwise } = await eventually('the counts', async () => {
    const counted = await reads();
    return counted.byKey + counted.otherwise >= BATCHES * ORDERS ? counted : undefined;
  });
  // While there are few it is all the same.
  expect(otherwise).toBeLessThan((BATCHES * ORDERS) / 2);
});
