import { Pool } from 'pg';
import { z } from 'zod';
import { OrderRow } from '../contract/rows';
import { alternate } from './alternate';
import { HURRIED } from './bench-world';
import { type Benchmark, expect } from './benchmark';
import { sustainedThroughput } from './load';
import { startSync, untilComplete } from './sync-requests';

const CLIENTS = 8;
const LIMIT = 50;
const ORDERS = 20_000;
const SUSTAINED_MS = 3_000;

const Orders = z.object({ orders: z.array(OrderRow), total: z.number() });

export const READS: Benchmark[] = [
  {
    figures: [
      {
        name: 'readThroughput',
        says: `pages of ${LIMIT} orders a second, ${CLIENTS} clients / the same rows by the bare driver`,
        target: { atLeast: 0.6 },
      },
    ],
    async run({ world: startWorld, rounds }) {
      const world = await startWorld(HURRIED);
      await world.service.spawnWorker();
      const seller = await world.newSeller({ size: { orders: ORDERS, skus: 40, claims: 0 } });
      const user = await world.user(seller);
      await untilComplete(user, await startSync(user));
      const bare = new Pool({
        connectionString: world.service.apiEnv.DATABASE_URL,
        max: CLIENTS,
      });
      bare.on('connect', (client) => {
        client.query("select set_config('amazon_sync.user_key', $1, false)", [user.userId]);
      });
      try {
        return {
          readThroughput: await alternate(
            '/s',
            rounds,
            () =>
              sustainedThroughput(CLIENTS, SUSTAINED_MS, async () => {
                const { status, body } = await user.client.get(
                  `/api/v1/integrations/amazon/orders?limit=${LIMIT}`,
                );
                expect(status === 200, 'a page', body);
                const { orders, total } = Orders.parse(body);
                expect(orders.length === LIMIT && total === ORDERS, 'a whole page', total);
              }),
            () => sustainedThroughput(CLIENTS, SUSTAINED_MS, () => readPage(bare, user.userId)),
          ),
        };
      } finally {
        await bare.end();
      }
    },
  },
];

/** What a page needs to be asked of PostgreSQL, which knows on each connection for whom: the rows, their items, and how many there are in all. */
async function readPage(bare: Pool, userKey: string): Promise<void> {
  const client = await bare.connect();
  try {
    const { rows: orders } = await client.query(
      `select o.* from connections c cross join lateral (
         select * from orders where connection_id = c.id
         order by purchase_date desc, amazon_order_id desc limit $2) o
       where c.user_key = $1 and c.status <> 'disconnected'
       order by o.purchase_date desc, o.amazon_order_id desc limit $2`,
      [userKey, LIMIT + 1],
    );
    const { rows: items } = await client.query(
      `select * from order_items where connection_id = any($1) and amazon_order_id = any($2) order by line`,
      [orders.map((order) => order.connection_id), orders.map((order) => order.amazon_order_id)],
    );
    const { rows: counts } = await client.query(
      `select count(*) from orders where connection_id in (
         select id from connections where user_key = $1 and status <> 'disconnected')`,
      [userKey],
    );
    expect(orders.length === LIMIT + 1 && items.length >= LIMIT, 'a whole page', orders.length);
    expect(Number(counts[0].count) === ORDERS, 'all orders counted', counts[0]);
  } finally {
    client.release();
  }
}
