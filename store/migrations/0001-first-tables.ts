import { type Kysely, type Migration, sql } from 'kysely';

/** Connections, syncs and the three resources. PostgreSQL 15 or newer: `nulls not distinct`. */
export const firstTables: Migration = {
  async up(db: Kysely<unknown>): Promise<void> {
    for (const statement of STATEMENTS) await sql.raw(statement).execute(db);
  },
};

const STATEMENTS = [
  `create table connections (
    id uuid primary key,
    user_key text not null,
    seller_id text not null,
    region text not null,
    endpoint text not null,
    marketplace_ids text[] not null,
    refresh_token text,
    status text not null check (status in ('connected', 'reauthorization_required', 'disconnected')),
    created_at timestamptz not null,
    updated_at timestamptz not null,
    check ((status = 'disconnected') = (refresh_token is null))
  )`,
  // One current connection a user and region; past ones keep their rows until they are deleted.
  `create unique index connections_current on connections (user_key, region) where status <> 'disconnected'`,
  `create index connections_by_user on connections (user_key)`,

  `create table syncs (
    sync_id text primary key,
    user_key text not null,
    run_id text not null,
    mode text not null check (mode in ('auto', 'full')),
    trigger text not null check (trigger in ('manual', 'schedule', 'connect')),
    status text not null check (status in ('in_progress', 'complete', 'failed', 'cancelled')),
    started_at timestamptz not null,
    completed_at timestamptz,
    body jsonb,
    check ((status = 'in_progress') = (completed_at is null))
  )`,
  `create index syncs_by_user on syncs (user_key, started_at desc)`,

  `create table current_syncs (
    user_key text primary key,
    sync_id text not null references syncs on delete cascade,
    started_at timestamptz not null
  )`,

  `create table cursors (
    connection_id uuid not null references connections on delete cascade,
    resource text not null,
    marketplace_id text not null,
    watermark timestamptz not null,
    synced_at timestamptz not null,
    primary key (connection_id, resource, marketplace_id)
  )`,

  `create table orders (
    connection_id uuid not null references connections on delete cascade,
    amazon_order_id text not null,
    marketplace_id text,
    sales_channel text,
    purchase_date timestamptz not null,
    last_updated timestamptz not null,
    status text not null,
    fulfilled_by text,
    is_business boolean,
    currency text,
    total numeric,
    primary key (connection_id, amazon_order_id)
  )`,
  `create index orders_by_purchase on orders (connection_id, purchase_date desc, amazon_order_id desc)`,

  `create table order_items (
    connection_id uuid not null,
    amazon_order_id text not null,
    line integer not null,
    order_item_id text,
    sku text,
    asin text,
    title text,
    quantity integer not null,
    status text,
    currency text,
    item_price numeric,
    item_tax numeric,
    shipping_price numeric,
    shipping_tax numeric,
    gift_wrap_price numeric,
    gift_wrap_tax numeric,
    promotion_discount numeric,
    primary key (connection_id, amazon_order_id, line),
    foreign key (connection_id, amazon_order_id) references orders on delete cascade
  )`,

  `create table inventory (
    id bigint generated always as identity primary key,
    connection_id uuid not null references connections on delete cascade,
    marketplace_id text not null,
    sku text not null,
    fnsku text,
    asin text,
    title text,
    condition text,
    fulfillable integer not null,
    inbound_working integer not null,
    inbound_shipped integer not null,
    inbound_receiving integer not null,
    reserved integer not null,
    unfulfillable integer not null,
    researching integer not null,
    total integer not null,
    last_updated timestamptz,
    scanned_at timestamptz not null,
    gone_at timestamptz
  )`,
  // One SKU can hold stock under several FNSKUs and conditions.
  `create unique index inventory_key on inventory (connection_id, marketplace_id, sku, fnsku, condition) nulls not distinct`,
  `create index inventory_by_sku on inventory (connection_id, sku, id) where gone_at is null`,

  `create table claims (
    id bigint generated always as identity primary key,
    connection_id uuid not null references connections on delete cascade,
    reimbursement_id text not null,
    approval_date timestamptz not null,
    case_id text,
    amazon_order_id text,
    reason text,
    sku text,
    fnsku text,
    asin text,
    title text,
    condition text,
    currency text,
    amount_per_unit numeric,
    amount_total numeric,
    quantity_cash integer,
    quantity_inventory integer,
    quantity_total integer,
    original_reimbursement_id text,
    original_reimbursement_type text,
    occurrence integer not null
  )`,
  // A reimbursement id repeats: several line items, and reversals on a later date.
  `create unique index claims_key on claims
    (connection_id, reimbursement_id, approval_date, sku, fnsku, reason, occurrence) nulls not distinct`,
  `create index claims_by_approval on claims (connection_id, approval_date desc, id desc)`,

  `create table report_requests (
    connection_id uuid not null references connections on delete cascade,
    report_type text not null,
    range_from timestamptz not null,
    range_to timestamptz not null,
    report_id text not null,
    requested_at timestamptz not null,
    primary key (connection_id, report_type, range_from, range_to)
  )`,

  `create table quota_buckets (
    connection_id uuid not null references connections on delete cascade,
    operation text not null,
    tat_ms double precision not null,
    primary key (connection_id, operation)
  )`,
];
