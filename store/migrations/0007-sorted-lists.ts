import { type Kysely, type Migration, sql } from 'kysely';

/** Indexes for lists that are sorted or filtered: without them each page looks at every row of a connection. */
export const sortedLists: Migration = {
  async up(db: Kysely<unknown>): Promise<void> {
    for (const statement of STATEMENTS) await sql.raw(statement).execute(db);
  },
};

const STATEMENTS = [
  `create index orders_by_update on orders (connection_id, last_updated desc, amazon_order_id desc)`,
  `create index order_items_by_sku on order_items (connection_id, sku, amazon_order_id)`,
  `create index order_items_by_asin on order_items (connection_id, asin, amazon_order_id)`,
  `create index inventory_by_stock on inventory (connection_id, fulfillable, id) where gone_at is null`,
  `create index inventory_by_asin on inventory (connection_id, asin) where gone_at is null`,
  `create index claims_by_amount on claims (connection_id, (coalesce(amount_total, 0)), id)`,
  `create index claims_by_sku on claims (connection_id, sku)`,
  `create index claims_by_asin on claims (connection_id, asin)`,
  `create index claims_by_order on claims (connection_id, amazon_order_id)`,
];
