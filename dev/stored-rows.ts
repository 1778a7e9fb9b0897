import { sql } from 'kysely';
import type { ExpectedRows } from '../sandbox/expected-rows';
import type { Database } from '../store/database';
import { userConnections } from '../store/user-connections';

const iso = (date: Date | null) => (date === null ? null : date.toISOString());

/**
 * The orders that PostgreSQL holds for a user's current connections, in the form of the sandbox's truth: all of
 * them, or those with the given ids, for sellers whose orders are too many for one answer.
 */
export async function storedOrders(
  db: Database,
  userKey: string,
  orderIds?: readonly string[],
): Promise<ExpectedRows['orders']> {
  const these = orderIds === undefined ? sql`` : sql`and o.amazon_order_id = any(${orderIds})`;
  const { rows } = await sql<{ row: ExpectedRows['orders'][number] }>`
    select json_build_object(
      'amazonOrderId', o.amazon_order_id, 'marketplaceId', o.marketplace_id,
      'salesChannel', o.sales_channel, 'purchaseDate', ${isoText('o.purchase_date')},
      'lastUpdated', ${isoText('o.last_updated')}, 'status', o.status, 'fulfilledBy', o.fulfilled_by,
      'isBusiness', o.is_business, 'currency', o.currency, 'total', o.total::text,
      'items', (select coalesce(json_agg(json_build_object(
        'sku', i.sku, 'asin', i.asin, 'title', i.title, 'quantity', i.quantity, 'status', i.status,
        'currency', i.currency, 'itemPrice', i.item_price::text, 'itemTax', i.item_tax::text,
        'shippingPrice', i.shipping_price::text, 'shippingTax', i.shipping_tax::text,
        'giftWrapPrice', i.gift_wrap_price::text, 'giftWrapTax', i.gift_wrap_tax::text,
        'promotionDiscount', i.promotion_discount::text) order by i.line), '[]')
        from order_items i
        where i.connection_id = o.connection_id and i.amazon_order_id = o.amazon_order_id)
    ) as row
    from orders o where o.connection_id in ${userConnections(db, userKey)} ${these}`.execute(db);
  return rows.map(({ row }) => row);
}

/** Every row that PostgreSQL holds for a user's current connections, in the form of the sandbox's truth. */
export async function storedRows(db: Database, userKey: string): Promise<ExpectedRows> {
  const inventory = await db
    .selectFrom('inventory')
    .selectAll()
    .where('connection_id', 'in', userConnections(db, userKey))
    .where('gone_at', 'is', null)
    .execute();
  const claims = await db
    .selectFrom('claims')
    .selectAll()
    .where('connection_id', 'in', userConnections(db, userKey))
    .execute();
  const returns = await db
    .selectFrom('returns')
    .selectAll()
    .where('connection_id', 'in', userConnections(db, userKey))
    .execute();
  return {
    orders: await storedOrders(db, userKey),
    inventory: inventory.map((row) => ({
      marketplaceId: row.marketplace_id,
      sku: row.sku,
      fnsku: row.fnsku ?? '',
      asin: row.asin ?? '',
      title: row.title ?? '',
      condition: row.condition ?? '',
      fulfillable: row.fulfillable,
      inboundWorking: row.inbound_working,
      inboundShipped: row.inbound_shipped,
      inboundReceiving: row.inbound_receiving,
      reserved: row.reserved,
      unfulfillable: row.unfulfillable,
      researching: row.researching,
      total: row.total,
      lastUpdated: iso(row.last_updated),
    })),
    claims: claims.map((row) => ({
      reimbursementId: row.reimbursement_id,
      approvalDate: row.approval_date.toISOString(),
      caseId: row.case_id,
      amazonOrderId: row.amazon_order_id,
      reason: row.reason ?? '',
      sku: row.sku ?? '',
      fnsku: row.fnsku ?? '',
      asin: row.asin ?? '',
      title: row.title ?? '',
      condition: row.condition ?? '',
      currency: row.currency ?? '',
      amountPerUnit: row.amount_per_unit ?? '',
      amountTotal: row.amount_total ?? '',
      quantityCash: row.quantity_cash ?? 0,
      quantityInventory: row.quantity_inventory ?? 0,
      quantityTotal: row.quantity_total ?? 0,
      originalReimbursementId: row.original_reimbursement_id,
      originalReimbursementType: row.original_reimbursement_type,
      occurrence: row.occurrence,
    })),
    returns: returns.map((row) => ({
      returnDate: row.return_date.toISOString(),
      amazonOrderId: row.amazon_order_id,
      sku: row.sku,
      asin: row.asin ?? '',
      fnsku: row.fnsku ?? '',
      title: row.title ?? '',
      quantity: row.quantity,
      fulfillmentCenterId: row.fulfillment_center_id ?? '',
      disposition: row.disposition ?? '',
      reason: row.reason ?? '',
      status: row.status,
      licensePlateNumber: row.license_plate_number,
      occurrence: row.occurrence,
    })),
  };
}

/** A timestamp as JavaScript's `toISOString` writes it. */
function isoText(column: string) {
  return sql`to_char(${sql.ref(column)} at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"')`;
}
