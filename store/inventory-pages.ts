import { z } from 'zod';
import type { InventoryRow } from '../contract/rows';
import type { Database } from './database';
import { decodeCursor, encodeCursor, type Page } from './page';
import { userConnections } from './user-connections';

export interface InventoryFilters {
  sku?: string;
  asin?: string;
  marketplaceId?: string;
}

const Key = z.tuple([z.string(), z.string().regex(/^\d{1,18}$/)]);

/** A user's stock by SKU. Rows that a whole scan no longer saw are left out. */
export async function listInventory(
  db: Database,
  userKey: string,
  { sku, asin, marketplaceId }: InventoryFilters,
  page: { limit: number; cursor?: string },
): Promise<Page<InventoryRow>> {
  let matching = db
    .selectFrom('inventory')
    .where('connection_id', 'in', userConnections(db, userKey))
    .where('gone_at', 'is', null);
  if (sku !== undefined) matching = matching.where('sku', '=', sku);
  if (asin !== undefined) matching = matching.where('asin', '=', asin);
  if (marketplaceId !== undefined) matching = matching.where('marketplace_id', '=', marketplaceId);
  let slice = matching;
  if (page.cursor !== undefined) {
    const [afterSku, afterId] = decodeCursor(page.cursor, Key);
    slice = slice.where(({ eb, refTuple, tuple }) =>
      eb(refTuple('sku', 'id'), '>', tuple(afterSku, afterId)),
    );
  }
  const [{ total }, found] = await Promise.all([
    matching.select(({ fn }) => fn.countAll().as('total')).executeTakeFirstOrThrow(),
    slice
      .selectAll()
      .orderBy('sku')
      .orderBy('id')
      .limit(page.limit + 1)
      .execute(),
  ]);
  const rows = found.slice(0, page.limit);
  const last = rows.at(-1);
  return {
    rows: rows.map((row) => ({
      marketplaceId: row.marketplace_id,
      sku: row.sku,
      fnsku: row.fnsku,
      asin: row.asin,
      title: row.title,
      condition: row.condition,
      fulfillable: row.fulfillable,
      inboundWorking: row.inbound_working,
      inboundShipped: row.inbound_shipped,
      inboundReceiving: row.inbound_receiving,
      reserved: row.reserved,
      unfulfillable: row.unfulfillable,
      researching: row.researching,
      total: row.total,
      lastUpdated: row.last_updated?.toISOString() ?? null,
    })),
    total: Number(total),
    nextCursor:
      last !== undefined && found.length > page.limit ? encodeCursor([last.sku, last.id]) : null,
  };
}
