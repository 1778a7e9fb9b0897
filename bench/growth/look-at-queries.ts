import { sql } from 'kysely';
import { z } from 'zod';
import type { Database } from '../../store/database';

const Explained = z.tuple([
  z.object({
    'QUERY PLAN': z.tuple([
      z.object({
        Plan: z.object({ 'Shared Hit Blocks': z.number(), 'Shared Read Blocks': z.number() }),
      }),
    ]),
  }),
]);

/** What a user's requests and a sync ask, by the same conditions and orders as the modules of the store. */
const QUERIES = {
  'page of 50 orders': `select * from orders where connection_id = $id
    order by purchase_date desc, amazon_order_id desc limit 51`,
  'orders by SKU, 50': `select * from orders where connection_id = $id and exists (
    select from order_items i where i.connection_id = orders.connection_id
      and i.amazon_order_id = orders.amazon_order_id and i.sku = 'SKU-7')
    order by purchase_date desc, amazon_order_id desc limit 51`,
  'items of 50 orders': `select * from order_items where (connection_id, amazon_order_id) in (
    select connection_id, amazon_order_id from orders where connection_id = $id
    order by purchase_date desc, amazon_order_id desc limit 50)`,
  'page of 50 claims': `select * from claims where connection_id = $id
    order by approval_date desc, id desc limit 51`,
  'page of 50 returns': `select * from returns where connection_id = $id
    order by return_date desc, id desc limit 51`,
  'page of 50 of stock': `select * from inventory where connection_id = $id and gone_at is null
    order by sku, id limit 51`,
  'the last sync': `select * from syncs where user_key = $user order by started_at desc, sync_id desc limit 1`,
  'an order that is upserted': `select * from orders where connection_id = $id and amazon_order_id =
    (select amazon_order_id from orders where connection_id = $id limit 1)`,
} as const;

/**
 * How many blocks of 8 KB each query touches for one seller, with all users' rows in the tables. Blocks and not
 * milliseconds: they are the same on every machine.
 */
export async function blocksOfQueries(
  db: Database,
  seller: number,
): Promise<Record<string, number>> {
  const blocks: Record<string, number> = {};
  for (const [name, query] of Object.entries(QUERIES)) {
    const text = query
      .replaceAll('$id', `md5('connection${seller}')::uuid`)
      .replaceAll('$user', `'user-${seller}'`);
    const { rows } = await sql
      .raw(`explain (analyze, buffers, timing off, format json) ${text}`)
      .execute(db);
    const [{ 'QUERY PLAN': plan }] = Explained.parse(rows);
    blocks[name] = plan[0].Plan['Shared Hit Blocks'] + plan[0].Plan['Shared Read Blocks'];
  }
  return blocks;
}
