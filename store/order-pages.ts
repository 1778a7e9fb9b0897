import { createHash } from 'node:crypto';
import { expressionBuilder, type Selectable, sql } from 'kysely';
import { z } from 'zod';
import type { OrderItemRow, OrderRow } from '../contract/rows';
import type { OrderSort } from '../contract/sorts';
import { itemsOf, orderKey } from './order-items';
import { TimeKey } from './page';
import { createRowPages, type SortKey } from './row-pages';
import type { OrdersTable, Tables } from './tables';

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

type Found = Selectable<OrdersTable>;

/** Orders are sorted by one of two times. Beside it, what is unique: an order has no number of its own here. */
function byTime(time: 'purchase_date' | 'last_updated'): SortKey<Found> {
  return {
    columns: [time, 'amazon_order_id', 'connection_id'].map((name) => sql.ref(`orders.${name}`)),
    of: (row) => [row[time].toISOString(), row.amazon_order_id, row.connection_id],
    schema: z.tuple([TimeKey, z.string(), z.uuid()]),
  };
}

const BY_PURCHASE = byTime('purchase_date');
const BY_UPDATE = byTime('last_updated');

/** A user's orders with their items, newest purchase first unless sorted otherwise. */
export const orderPages = createRowPages<'orders', OrderFilters, OrderSort, OrderRow>({
  table: 'orders',
  defaultSort: '-purchaseDate',
  keys: {
    '-purchaseDate': BY_PURCHASE,
    purchaseDate: BY_PURCHASE,
    '-lastUpdated': BY_UPDATE,
    lastUpdated: BY_UPDATE,
  },
  conditionsOf,
  async toRows(found, db) {
    const items = await itemsOf(db, found);
    return found.map((row) => toRow(row, items.get(orderKey(row)) ?? []));
  },
});

function conditionsOf(filters: OrderFilters) {
  const { status, from, to, orderId, sku, asin, marketplaceId } = filters;
  const eb = expressionBuilder<Tables, 'orders'>();
  const conditions = [];
  if (status !== undefined) conditions.push(eb('orders.status', '=', status));
  if (from !== undefined) conditions.push(eb('purchase_date', '>=', from));
  if (to !== undefined) conditions.push(eb('purchase_date', '<', to));
  if (orderId !== undefined) conditions.push(eb('orders.amazon_order_id', '=', orderId));
  if (marketplaceId !== undefined) conditions.push(eb('marketplace_id', '=', marketplaceId));
  if (sku === undefined && asin === undefined) return conditions;
  let items = eb
    .selectFrom('order_items')
    .select(sql`1`.as('one'))
    .whereRef('order_items.connection_id', '=', 'orders.connection_id')
    .whereRef('order_items.amazon_order_id', '=', 'orders.amazon_order_id');
  if (sku !== undefined) items = items.where('sku', '=', sku);
  if (asin !== undefined) items = items.where('asin', '=', asin);
  return [...conditions, eb.exists(items)];
}

function toRow(row: Found, items: OrderItemRow[]): OrderRow {
  return {
    id: idOf(row.connection_id, row.amazon_order_id),
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
    items,
  };
}

/** Its key is too long for one, and says which connection it is of. */
function idOf(connectionId: string, orderId: string): string {
  return createHash('sha256').update(`${connectionId} ${orderId}`).digest('base64url').slice(0, 16);
}
