import { sql, type Transaction } from 'kysely';
import type { Database } from './database';
import { jsonRows } from './json-rows';
import type { Tables } from './tables';

export interface NewOrderItem {
  orderItemId: string | null;
  sku: string | null;
  asin: string | null;
  title: string | null;
  quantity: number;
  status: string | null;
  currency: string | null;
  itemPrice: string | null;
  itemTax: string | null;
  shippingPrice: string | null;
  shippingTax: string | null;
  giftWrapPrice: string | null;
  giftWrapTax: string | null;
  promotionDiscount: string | null;
}

export interface NewOrder {
  amazonOrderId: string;
  marketplaceId: string | null;
  salesChannel: string | null;
  purchaseDate: string;
  lastUpdated: string;
  status: string;
  fulfilledBy: string | null;
  isBusiness: boolean | null;
  currency: string | null;
  total: string | null;
  items: readonly NewOrderItem[];
}

/**
 * Writes whole orders: the newer `lastUpdated` wins, and an order that wins replaces its items, so neither a
 * repeated page nor the other of Amazon's two sources can double them. Of two with the same time the one with
 * item ids wins, so that the row does not depend on which came first. Running it again changes nothing.
 *
 * An order may not occur twice in one call (PostgreSQL cannot update a row twice in one statement); the
 * newest of such duplicates is kept.
 */
export async function upsertOrders(
  trx: Transaction<Tables>,
  connectionId: string,
  orders: readonly NewOrder[],
): Promise<void> {
  const rows = newestOfEach(orders);
  if (rows.length === 0) return;
  // One JSON parameter instead of thousands: the statement's text, and so its plan, is always the same.
  const written = await sql<{ amazon_order_id: string }>`
    insert into orders (connection_id, amazon_order_id, marketplace_id, sales_channel, purchase_date,
      last_updated, status, fulfilled_by, is_business, currency, total, has_item_ids)
    select ${connectionId}::uuid, r."amazonOrderId", r."marketplaceId", r."salesChannel", r."purchaseDate",
      r."lastUpdated", r."status", r."fulfilledBy", r."isBusiness", r."currency", r."total", r."hasItemIds"
    from json_to_recordset(${jsonRows(rows.map(orderRow))}::json) as r(
      "amazonOrderId" text, "marketplaceId" text, "salesChannel" text, "purchaseDate" timestamptz,
      "lastUpdated" timestamptz, "status" text, "fulfilledBy" text, "isBusiness" boolean,
      "currency" text, "total" numeric, "hasItemIds" boolean)
    order by r."amazonOrderId"
    on conflict (connection_id, amazon_order_id) do update set
      marketplace_id = excluded.marketplace_id, sales_channel = excluded.sales_channel,
      purchase_date = excluded.purchase_date, last_updated = excluded.last_updated,
      status = excluded.status, fulfilled_by = excluded.fulfilled_by,
      is_business = excluded.is_business, currency = excluded.currency, total = excluded.total,
      has_item_ids = excluded.has_item_ids
    where excluded.last_updated > orders.last_updated
      or (excluded.last_updated = orders.last_updated and excluded.has_item_ids > orders.has_item_ids)
    returning amazon_order_id`.execute(trx);
  const changed = new Set(written.rows.map((row) => row.amazon_order_id));
  if (changed.size === 0) return;
  await trx
    .deleteFrom('order_items')
    .where('connection_id', '=', connectionId)
    .where('amazon_order_id', '=', sql<string>`any(${[...changed]})`)
    .execute();
  // PostgreSQL keeps for the session how it looks up an item's order. Decided over an empty table, as at the first import of
  // a new service, that may be by an index of all the connection's orders, which grows with each batch: 25,000 rows took
  // ten times as long. It learns better with the first autovacuum only, so it is made to decide anew.
  await sql`discard plans`.execute(trx);
  const items = rows
    .filter((order) => changed.has(order.amazonOrderId))
    .flatMap(({ amazonOrderId, items }) =>
      items.map((item, line) => ({ amazonOrderId, line, ...item })),
    );
  await sql`
    insert into order_items (connection_id, amazon_order_id, line, order_item_id, sku, asin, title,
      quantity, status, currency, item_price, item_tax, shipping_price, shipping_tax,
      gift_wrap_price, gift_wrap_tax, promotion_discount)
    select ${connectionId}::uuid, r."amazonOrderId", r."line", r."orderItemId", r."sku", r."asin", r."title",
      r."quantity", r."status", r."currency", r."itemPrice", r."itemTax", r."shippingPrice", r."shippingTax",
      r."giftWrapPrice", r."giftWrapTax", r."promotionDiscount"
    from json_to_recordset(${jsonRows(items)}::json) as r(
      "amazonOrderId" text, "line" integer, "orderItemId" text, "sku" text, "asin" text, "title" text,
      "quantity" integer, "status" text, "currency" text, "itemPrice" numeric, "itemTax" numeric,
      "shippingPrice" numeric, "shippingTax" numeric, "giftWrapPrice" numeric, "giftWrapTax" numeric,
      "promotionDiscount" numeric)`.execute(trx);
}

/** Orders bought from one time until before another, up to a number that no seller's week reaches. */
export async function countOrdersBetween(
  db: Database,
  connectionId: string,
  from: Date,
  to: Date,
): Promise<number> {
  const { count } = await db
    .selectFrom((eb) =>
      eb
        .selectFrom('orders')
        .select('amazon_order_id')
        .where('connection_id', '=', connectionId)
        .where('purchase_date', '>=', from)
        .where('purchase_date', '<', to)
        .limit(MANY_ORDERS)
        .as('recent'),
    )
    .select(({ fn }) => fn.countAll<string>().as('count'))
    .executeTakeFirstOrThrow();
  return Number(count);
}

/** More would only say "many" again: far beyond it reports are sooner for any gap. */
const MANY_ORDERS = 50_000;

function newestOfEach(orders: readonly NewOrder[]): NewOrder[] {
  const newest = new Map<string, NewOrder>();
  for (const order of orders) {
    const other = newest.get(order.amazonOrderId);
    // Both are ISO times in UTC with milliseconds, which sort as text.
    if (other === undefined || order.lastUpdated > other.lastUpdated) {
      newest.set(order.amazonOrderId, order);
    }
  }
  return [...newest.values()];
}

function orderRow({
  items,
  ...order
}: NewOrder): Omit<NewOrder, 'items'> & { hasItemIds: boolean } {
  return { ...order, hasItemIds: items.some(({ orderItemId }) => orderItemId !== null) };
}
