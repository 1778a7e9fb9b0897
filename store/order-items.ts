import { sql } from 'kysely';
import type { OrderItemRow } from '../contract/rows';
import type { Database } from './database';

export interface OrderKey {
  connection_id: string;
  amazon_order_id: string;
}

/** Names an order among those of all connections. */
export function orderKey({ connection_id, amazon_order_id }: OrderKey): string {
  return `${connection_id} ${amazon_order_id}`;
}

/** The items of some orders, in Amazon's order, by {@link orderKey}. */
export async function itemsOf(
  db: Database,
  orders: readonly OrderKey[],
): Promise<Map<string, OrderItemRow[]>> {
  const items = new Map<string, OrderItemRow[]>();
  if (orders.length === 0) return items;
  const rows = await db
    .selectFrom('order_items')
    .selectAll()
    .where('connection_id', '=', sql<string>`any(${orders.map((order) => order.connection_id)})`)
    .where(
      'amazon_order_id',
      '=',
      sql<string>`any(${orders.map((order) => order.amazon_order_id)})`,
    )
    .orderBy('line')
    .execute();
  for (const row of rows) {
    const list = items.get(orderKey(row)) ?? [];
    items.set(orderKey(row), list);
    list.push({
      orderItemId: row.order_item_id,
      sku: row.sku,
      asin: row.asin,
      title: row.title,
      quantity: row.quantity,
      status: row.status,
      currency: row.currency,
      itemPrice: row.item_price,
      itemTax: row.item_tax,
      shippingPrice: row.shipping_price,
      shippingTax: row.shipping_tax,
      giftWrapPrice: row.gift_wrap_price,
      giftWrapTax: row.gift_wrap_tax,
      promotionDiscount: row.promotion_discount,
    });
  }
  return items;
}
