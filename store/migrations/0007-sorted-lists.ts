import { concurrentIndexes } from '../concurrent-indexes';

/** Indexes for lists that are sorted or filtered: without them each page looks at every row of a connection. */
export const sortedLists = concurrentIndexes({
  orders_by_update: 'orders (connection_id, last_updated desc, amazon_order_id desc)',
  order_items_by_sku: 'order_items (connection_id, sku, amazon_order_id)',
  order_items_by_asin: 'order_items (connection_id, asin, amazon_order_id)',
  inventory_by_stock: 'inventory (connection_id, fulfillable, id) where gone_at is null',
  inventory_by_asin: 'inventory (connection_id, asin) where gone_at is null',
  claims_by_amount: 'claims (connection_id, (coalesce(amount_total, 0)), id)',
  claims_by_sku: 'claims (connection_id, sku)',
  claims_by_asin: 'claims (connection_id, asin)',
  claims_by_order: 'claims (connection_id, amazon_order_id)',
});
