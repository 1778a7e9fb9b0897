import { createHash } from 'node:crypto';
import { expressionBuilder, type Selectable, sql } from 'kysely';
import { z } from 'zod';
import type { OrderItemRow, OrderRow } from '../contract/rows';
import type { OrderSort } from '../contract/sorts';
import type { Database } from './database';
import { comesAfter, inOrder, isDescending, type Keyset } from './keyset';
import { itemsOf, orderKey } from './order-items';
import {
  countedNow,
  decodeCursor,
  type Page,
  type Slice,
  type SortedPageRequest,
  sliceOf,
  TimeKey,
  type TotalOf,
} from './page';
import type { OrdersTable, Tables } from './tables';
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

type OrderPageRequest = SortedPageRequest<OrderSort>;

const Key = z.tuple([TimeKey, z.string(), z.uuid()]);

/** A user's orders with their items, newest purchase first unless sorted otherwise. */
export async function listOrders(
  db: Database,
  userKey: string,
  filters: OrderFilters,
  page: OrderPageRequest,
  totalOf: TotalOf = countedNow,
): Promise<Page<OrderRow>> {
  const [total, slice] = await Promise.all([
    totalOf(() => countOrders(db, userKey, filters)),
    sliceOrders(db, userKey, filters, page),
  ]);
  return { ...slice, total };
}

async function countOrders(db: Database, userKey: string, filters: OrderFilters): Promise<number> {
  const { total } = await db
    .selectFrom('orders')
    .where('orders.connection_id', 'in', userConnections(db, userKey))
    .where(({ and }) => and(conditionsOf(filters)))
    .select(({ fn }) => fn.countAll().as('total'))
    .executeTakeFirstOrThrow();
  return Number(total);
}

/** The same without the total, which costs a look at every row. */
export async function sliceOrders(
  db: Database,
  userKey: string,
  filters: OrderFilters,
  page: OrderPageRequest,
): Promise<Slice<OrderRow>> {
  const { sort = '-purchaseDate', cursor } = page;
  const order = keysetOf(sort);
  const found = await userConnections(db, userKey)
    .innerJoinLateral(
      ({ selectFrom }) =>
        selectFrom('orders')
          .selectAll('orders')
          .whereRef('orders.connection_id', '=', 'connections.id')
          .where(({ and }) => and(conditionsOf(filters)))
          .$if(cursor !== undefined, (rows) =>
            rows.where(comesAfter(order, decodeCursor(cursor ?? '', sort, Key))),
          )
          .orderBy(inOrder(order))
          .limit(page.limit + 1)
          .as('orders'),
      (join) => join.onTrue(),
    )
    .clearSelect()
    .selectAll('orders')
    .orderBy(inOrder(order))
    .limit(page.limit + 1)
    .execute();
  const items = await itemsOf(db, found.slice(0, page.limit));
  return sliceOf(
    found,
    page,
    sort,
    (row) => toRow(row, items.get(orderKey(row)) ?? []),
    (row) => [
      (isByPurchase(sort) ? row.purchase_date : row.last_updated).toISOString(),
      row.amazon_order_id,
      row.connection_id,
    ],
  );
}

function isByPurchase(sort: OrderSort): boolean {
  return sort === '-purchaseDate' || sort === 'purchaseDate';
}

function keysetOf(sort: OrderSort): Keyset {
  return {
    columns: [
      sql.ref(isByPurchase(sort) ? 'orders.purchase_date' : 'orders.last_updated'),
      sql.ref('orders.amazon_order_id'),
      sql.ref('orders.connection_id'),
    ],
    descending: isDescending(sort),
  };
}

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

function toRow(row: Selectable<OrdersTable>, items: OrderItemRow[]): OrderRow {
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

/** An order has no number of its own here; its key is too long for one, and says which connection it is of. */
function idOf(connectionId: string, orderId: string): string {
  return createHash('sha256').update(`${connectionId} ${orderId}`).digest('base64url').slice(0, 16);
}
