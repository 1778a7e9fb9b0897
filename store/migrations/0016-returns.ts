import { type Kysely, type Migration, sql } from 'kysely';

/** FBA customer returns, and who sees them: as of claims. A buyer's comment has no column. */
export const returns: Migration = {
  async up(db: Kysely<unknown>): Promise<void> {
    for (const statement of STATEMENTS) await sql.raw(statement).execute(db);
  },
};

const STATEMENTS = [
  `create table returns (
    id bigint generated always as identity primary key,
    connection_id uuid not null references connections on delete cascade,
    return_date timestamptz not null,
    amazon_order_id text not null,
    sku text not null,
    asin text,
    fnsku text,
    title text,
    quantity integer not null,
    fulfillment_center_id text,
    disposition text,
    reason text,
    status text,
    license_plate_number text,
    occurrence integer not null
  )`,
  // Units of one order come back on one day, in lines that nothing tells apart but their place.
  `create unique index returns_key on returns
    (connection_id, return_date, amazon_order_id, sku, fnsku, occurrence) nulls not distinct`,
  `create index returns_by_date on returns (connection_id, return_date desc, id desc)`,
  `create index returns_by_sku on returns (connection_id, sku)`,
  `create index returns_by_asin on returns (connection_id, asin)`,
  `create index returns_by_order on returns (connection_id, amazon_order_id)`,
  `alter table returns enable row level security`,
  `create policy of_user on returns using (connection_id = any (array(
    select id from connections where user_key = (select current_setting('amazon_sync.user_key', true)))))`,
];
