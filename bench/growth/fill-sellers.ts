import { sql } from 'kysely';
import type { Database } from '../../store/database';

const STATEMENT_ROWS = 50_000;

/** What each seller has of each kind. */
export const PER_SELLER = { stock: 100, claims: 50, returns: 50, syncs: 365 };

/** Fills the tables with sellers, of whom each has as many orders; `from` says how many there are already. */
export async function fillSellers(
  db: Database,
  { from, to, orders }: { from: number; to: number; orders: number },
): Promise<void> {
  await sql`
    insert into connections (id, user_key, seller_id, region, endpoint, marketplace_ids, refresh_token, status,
      created_at, updated_at)
    select md5('connection' || n)::uuid, 'user-' || n, 'SELLER' || n, 'na', 'https://amazon.example',
      '{ATVPDKIKX0DER}', 'sealed', 'connected', now(), now()
    from generate_series(${from}::integer, ${to - 1}::integer) n`.execute(db);
  const count = (to - from) * orders;
  for (let first = 0; first < count; first += STATEMENT_ROWS) {
    const last = Math.min(count, first + STATEMENT_ROWS) - 1;
    await insertOrders(db, { first, last, from, sellers: to - from, orders });
  }
  await insertOthers(db, from, to);
  await sql`vacuum analyze`.execute(db);
}

interface Slice {
  first: number;
  last: number;
  from: number;
  sellers: number;
  orders: number;
}

/**
 * One order of each seller, then the next of each, as days bring them: rows of one seller lie far apart, which is the
 * worst for whoever reads a page. Ids are random, as Amazon's are, and every fourth order has two items.
 */
async function insertOrders(db: Database, { first, last, from, sellers, orders }: Slice) {
  const made = sql`
    select md5('connection' || (${from}::integer + n % ${sellers}::integer))::uuid as connection_id,
      (n / ${sellers}::integer) % 100 as product, overlay(overlay(lpad((abs(hashint8extended(n, ${from}::bigint)) % 100000000000000000)::text, 17, '0')
        placing '-' from 4 for 0) placing '-' from 12 for 0) as amazon_order_id,
      timestamptz '2026-01-01' + (n / ${sellers}::integer) * interval '365 days' / ${orders}::integer as at, n
    from generate_series(${first}::bigint, ${last}::bigint) n`;
  await sql`
    insert into orders (connection_id, amazon_order_id, marketplace_id, sales_channel, purchase_date, last_updated,
      status, fulfilled_by, is_business, currency, total, has_item_ids)
    select connection_id, amazon_order_id, 'ATVPDKIKX0DER', 'Amazon.com', at, at + interval '1 day', 'SHIPPED',
      'AMAZON', false, 'USD', (n % 10000) / 100.0, false
    from (${made}) as made on conflict do nothing`.execute(db);
  await sql`
    insert into order_items (connection_id, amazon_order_id, line, sku, asin, title, quantity, status, currency,
      item_price, item_tax, shipping_price, shipping_tax, gift_wrap_price, gift_wrap_tax, promotion_discount)
    select connection_id, amazon_order_id, line, 'SKU-' || product, 'B0' || lpad(product::text, 8, '0'),
      repeat('A title of an item ', 4), 1, 'SHIPPED', 'USD', (n % 10000) / 100.0, 1.23, 4.99, 0.41, 0, 0, 0
    from (${made}) as made cross join lateral generate_series(0, (n % 4 = 0)::integer) line
    on conflict do nothing`.execute(db);
}

async function insertOthers(db: Database, from: number, to: number): Promise<void> {
  const sellers = sql`generate_series(${from}::integer, ${to - 1}::integer) seller`;
  await sql`
    insert into inventory (connection_id, marketplace_id, sku, fnsku, asin, title, condition, fulfillable,
      inbound_working, inbound_shipped, inbound_receiving, reserved, unfulfillable, researching, total,
      last_updated, scanned_at)
    select md5('connection' || seller)::uuid, 'ATVPDKIKX0DER', 'SKU-' || n, 'X00' || n,
      'B0' || lpad(n::text, 8, '0'), repeat('A title of an item ', 4), 'NewItem', n, 0, 0, 0, 1, 0, 0, n, now(), now()
    from generate_series(1, ${PER_SELLER.stock}::integer) n, ${sellers}`.execute(db);
  await sql`
    insert into claims (connection_id, reimbursement_id, approval_date, case_id, amazon_order_id, reason, sku, fnsku,
      asin, title, condition, currency, amount_per_unit, amount_total, quantity_cash, quantity_inventory,
      quantity_total, occurrence)
    select md5('connection' || seller)::uuid, (10000000000 + n)::text, timestamptz '2026-01-01' + n * interval '7 days',
      '123456789', '111-1111111-' || lpad(n::text, 7, '0'), 'Lost_Warehouse', 'SKU-' || n, 'X00' || n,
      'B0' || lpad(n::text, 8, '0'), repeat('A title of an item ', 4), 'NewItem', 'USD', 12.34, 24.68, 2, 0, 2, 0
    from generate_series(1, ${PER_SELLER.claims}::integer) n, ${sellers}`.execute(db);
  await sql`
    insert into returns (connection_id, return_date, amazon_order_id, sku, asin, fnsku, title, quantity,
      fulfillment_center_id, disposition, reason, status, license_plate_number, occurrence)
    select md5('connection' || seller)::uuid, timestamptz '2026-01-01' + n * interval '7 days',
      '111-1111111-' || lpad(n::text, 7, '0'), 'SKU-' || n, 'B0' || lpad(n::text, 8, '0'), 'X00' || n,
      repeat('A title of an item ', 4), 1, 'PHX7', 'SELLABLE', 'UNWANTED_ITEM', 'Unit returned to inventory',
      'LPNRR' || lpad(n::text, 9, '0'), 0
    from generate_series(1, ${PER_SELLER.returns}::integer) n, ${sellers}`.execute(db);
  const body = JSON.stringify(ENDED);
  await sql`
    insert into syncs (sync_id, user_key, run_id, mode, trigger, status, started_at, completed_at, body)
    select 'sync_user-' || seller || '_' || 1767225600000 + n * 86400000::bigint, 'user-' || seller,
      gen_random_uuid()::text, 'auto', 'schedule', 'complete', timestamptz '2026-01-01' + n * interval '1 day',
      timestamptz '2026-01-01' + n * interval '1 day' + interval '6 minutes', ${body}::jsonb
    from generate_series(1, ${PER_SELLER.syncs}::integer) n, ${sellers}`.execute(db);
}

const RESOURCE = {
  state: 'complete',
  done: 3,
  total: 3,
  records: 12,
  waitingUntil: null,
  reason: null,
  attempt: null,
  error: null,
};

/** As long as the body of a sync that has ended is. */
const ENDED = {
  syncId: 'sync_user-1234_1767225600000',
  status: 'complete',
  progress: 100,
  message: 'Sync complete: 12 orders, 100 stock items, 3 claims',
  startedAt: '2026-01-01T00:00:00.000Z',
  completedAt: '2026-01-01T00:06:00.000Z',
  estimatedCompletion: null,
  ordersProcessed: 12,
  totalOrders: 12,
  inventoryCount: 100,
  claimsDetected: 3,
  partial: false,
  resources: { orders: RESOURCE, inventory: RESOURCE, claims: RESOURCE },
  error: null,
};
