import type { Selectable } from 'kysely';
import { z } from 'zod';
import type { InventoryRow } from '../contract/rows';
import type { Database } from './database';
import { decodeCursor, type Page, type PageRequest, type Slice, sliceOf } from './page';
import type { InventoryTable } from './tables';
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
  filters: InventoryFilters,
  page: PageRequest,
): Promise<Page<InventoryRow>> {
  const [{ total }, slice] = await Promise.all([
    matching(db, userKey, filters)
      .select(({ fn }) => fn.countAll().as('total'))
      .executeTakeFirstOrThrow(),
    sliceInventory(db, userKey, filters, page),
  ]);
  return { ...slice, total: Number(total) };
}

/** The same without the total, which costs a look at every row. */
export async function sliceInventory(
  db: Database,
  userKey: string,
  filters: InventoryFilters,
  page: PageRequest,
): Promise<Slice<InventoryRow>> {
  let slice = matching(db, userKey, filters);
  if (page.cursor !== undefined) {
    const [afterSku, afterId] = decodeCursor(page.cursor, Key);
    slice = slice.where(({ eb, refTuple, tuple }) =>
      eb(refTuple('sku', 'id'), '>', tuple(afterSku, afterId)),
    );
  }
  const found = await slice
    .selectAll()
    .orderBy('sku')
    .orderBy('id')
    .limit(page.limit + 1)
    .execute();
  return sliceOf(found, page, toRow, ({ sku, id }) => [sku, id]);
}

function matching(db: Database, userKey: string, { sku, asin, marketplaceId }: InventoryFilters) {
  let rows = db
    .selectFrom('inventory')
    .where('connection_id', 'in', userConnections(db, userKey))
    .where('gone_at', 'is', null);
  if (sku !== undefined) rows = rows.where('sku', '=', sku);
  if (asin !== undefined) rows = rows.where('asin', '=', asin);
  if (marketplaceId !== undefined) rows = rows.where('marketplace_id', '=', marketplaceId);
  return rows;
}

function toRow(row: Selectable<InventoryTable>): InventoryRow {
  return {
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
  };
}
