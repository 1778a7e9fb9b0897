import { type Kysely, type Migration, sql } from 'kysely';

/** Orders keep a cursor for each marketplace, so that one that Amazon refuses is not left behind by the others. */
export const marketplacesApart: Migration = {
  async up(db: Kysely<unknown>): Promise<void> {
    for (const statement of STATEMENTS) await sql.raw(statement).execute(db);
  },
};

const STATEMENTS = [
  // One cursor stood for all marketplaces of a connection: each of them has come as far.
  `insert into cursors (connection_id, resource, marketplace_id, watermark, synced_at)
    select cursors.connection_id, 'orders', marketplace, cursors.watermark, cursors.synced_at
    from cursors
    join connections on connections.id = cursors.connection_id
    cross join lateral unnest(connections.marketplace_ids) as marketplace
    where cursors.resource = 'orders' and cursors.marketplace_id = ''
    on conflict do nothing`,
  `delete from cursors where resource = 'orders' and marketplace_id = ''`,

  // The same range can be asked for with other marketplaces: that is another report.
  `alter table report_requests add column marketplaces text not null default ''`,
  `alter table report_requests drop constraint report_requests_pkey`,
  `alter table report_requests
    add primary key (connection_id, report_type, range_from, range_to, marketplaces)`,

  // Of two sources that agree on the time of an order's last change, the one with item ids wins.
  `alter table orders add column has_item_ids boolean not null default false`,
  `update orders set has_item_ids = true where exists (
    select from order_items i
    where i.connection_id = orders.connection_id and i.amazon_order_id = orders.amazon_order_id
      and i.order_item_id is not null)`,
];
