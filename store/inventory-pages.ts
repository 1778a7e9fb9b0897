import { expressionBuilder, type Selectable, sql } from 'kysely';
import { z } from 'zod';
import type { InventoryRow } from '../contract/rows';
import type { InventorySort } from '../contract/sorts';
import { IdKey } from './page';
import { createRowPages, type SortKey } from './row-pages';
import type { InventoryTable, Tables } from './tables';

export interface InventoryFilters {
  sku?: string;
  asin?: string;
  marketplaceId?: string;
}

type Found = Selectable<InventoryTable>;

const id = sql.ref('inventory.id');

const BY_SKU: SortKey<Found> = {
  columns: [sql.ref('inventory.sku'), id],
  of: (row) => [row.sku, row.id],
  schema: z.tuple([z.string(), IdKey]),
};

const BY_STOCK: SortKey<Found> = {
  columns: [sql.ref('inventory.fulfillable'), id],
  of: (row) => [row.fulfillable, row.id],
  schema: z.tuple([z.int32(), IdKey]),
};

/** A user's stock, by SKU unless sorted otherwise. Rows that a whole scan no longer saw are left out. */
export const inventoryPages = createRowPages<
  'inventory',
  InventoryFilters,
  InventorySort,
  InventoryRow
>({
  table: 'inventory',
  defaultSort: 'sku',
  keys: { sku: BY_SKU, '-sku': BY_SKU, fulfillable: BY_STOCK, '-fulfillable': BY_STOCK },
  conditionsOf,
  toRows: (found) => found.map(toRow),
});

function conditionsOf({ sku, asin, marketplaceId }: InventoryFilters) {
  const eb = expressionBuilder<Tables, 'inventory'>();
  const conditions = [eb('gone_at', 'is', null)];
  if (sku !== undefined) conditions.push(eb('sku', '=', sku));
  if (asin !== undefined) conditions.push(eb('asin', '=', asin));
  if (marketplaceId !== undefined) conditions.push(eb('marketplace_id', '=', marketplaceId));
  return conditions;
}

function toRow(row: Found): InventoryRow {
  return {
    id: row.id,
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
