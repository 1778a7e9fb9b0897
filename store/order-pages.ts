import { sql } from 'kysely';
import { z } from 'zod';
import type { OrderItemRow, OrderRow } from '../contract/rows';
import type { Database } from './database';
import { decodeCursor, type Page, type PageRequest, type Slice, sliceOf } from './page';
import { userConnections } from './user-connections';

export interface OrderFilters {
  status?: string;
  /** Purchased at or after, and before. */
  from?: Date;
  to?: Date;
  orderId?: string;
  sku?: string;
  asin?: string;
  marketplaceId?: string;
}

const Key = z.tuple([z.iso.datetime(), z.string(), z.uuid()]);

/** A user's orders with their items, newest purchase first. */
export async function listOrders(
  db: Database,
  userKey: string,
  filters: OrderFilters,
  page: PageRequest,
): Promise<Page<OrderRow>> {
  const [{ total }, slice] = await Promise.all([
    matching(db, userKey, filters)
      .select(({ fn }) => fn.countAll().as('total'))
      .executeTakeFirstOrThrow(),
    sliceOrders(db, userKey, filters, page),
  ]);
  return { ...slice, total: Number(total) };
}

/** The same without the total, which costs a look at every row. */
export async function sliceOrders(
  db: Database,
  userKey: string,
  filters: OrderFilters,
  page: PageRequest,
): Promise<Slice<OrderRow>> {
  let slice = matching(db, userKey, filters);
  if (page.cursor !== undefined) {
    const [purchaseDate, id, connectionId] = decodeCursor(page.cursor, Key);
    slice = slice.where(({ eb, refTuple, tuple }) =>
      eb(
        refTuple('purchase_date', 'amazon_order_id', 'connection_id'),
        '<',
        tuple(new Date(purchaseDate), id, connectionId),
      ),
    );
  }
  const found = await slice
    .selectAll('orders')
    .orderBy('purchase_date', 'desc')
    .orderBy('amazon_order_id', 'desc')
    .orderBy('connection_id', 'desc')
    .limit(page.limit + 1)
    .execute();
  const items = await itemsOf(db, found.slice(0, page.limit));
  return sliceOf(
    found,
    page,
    (row): OrderRow => ({
      orderId: row.amazon_order_id,
      marketplaceId: row.marketplace_id,
      salesChannel: row.sales_channel,
      purchaseDate: row.purchase_date.toISOString(),
      lastUpdated: row.last_updated.toISOString(),
      status: row.status,
      fulfilledBy: row.fulfilled_by,
      isBusiness: row.is_business,
      currency: row.currency,
      total: row.total,
      items: items.get(orderKey(row)) ?? [],
    }),
    (row) => [row.purchase_date.toISOString(), row.amazon_order_id, row.connection_id],
  );
}

function matching(db: Database, userKey: string, filters: OrderFilters) {
  let rows = db
    .selectFrom('orders')
    .where('orders.connection_id', 'in', userConnections(db, userKey));
  const { status, from, to, orderId, sku, asin, marketplaceId } = filters;
  if (status !== undefined) rows = rows.where('status', '=', status);
  if (from !== undefined) rows = rows.where('purchase_date', '>=', from);
  if (to !== undefined) rows = rows.where('purchase_date', '<', to);
  if (orderId !== undefined) rows = rows.where('amazon_order_id', '=', orderId);
  if (marketplaceId !== undefined) rows = rows.where('marketplace_id', '=', marketplaceId);
  if (sku === undefined && asin === undefined) return rows;
  return rows.where(({ exists, selectFrom }) => {
    let items = selectFrom('order_items')
      .select(sql`1`.as('one'))
      .whereRef('order_items.connection_id', '=', 'orders.connection_id')
      .whereRef('order_items.amazon_order_id', '=', 'orders.amazon_order_id');
    if (sku !== undefined) items = items.where('sku', '=', sku);
    if (asin !== undefined) items = items.where('asin', '=', asin);
    return exists(items);
  });
}

interface OrderKey {
  connection_id: string;
  amazon_order_id: string;
}

function orderKey({ connection_id, amazon_order_id }: OrderKey): string {
  return `${connection_id} ${amazon_order_id}`;
}

async function itemsOf(
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
