import { expressionBuilder, type Selectable, sql } from 'kysely';
import { z } from 'zod';
import type { InventoryRow } from '../contract/rows';
import type { InventorySort } from '../contract/sorts';
import type { Database } from './database';
import { comesAfter, inOrder, isDescending, type Keyset } from './keyset';
import {
  countedNow,
  decodeCursor,
  type Page,
  type Slice,
  type SortedPageRequest,
  sliceOf,
  type TotalOf,
} from './page';
import type { InventoryTable, Tables } from './tables';
import { userConnections } from './user-connections';

export interface InventoryFilters {
  sku?: string;
  asin?: string;
  marketplaceId?: string;
}

type InventoryPageRequest = SortedPageRequest<InventorySort>;

const Id = z.string().regex(/^\d{1,18}$/);
const SkuKey = z.tuple([z.string(), Id]);
const StockKey = z.tuple([z.int32(), Id]);

/** A user's stock, by SKU unless sorted otherwise. Rows that a whole scan no longer saw are left out. */
export async function listInventory(
  db: Database,
  userKey: string,
  filters: InventoryFilters,
  page: InventoryPageRequest,
  totalOf: TotalOf = countedNow,
): Promise<Page<InventoryRow>> {
  const [total, slice] = await Promise.all([
    totalOf(() => countInventory(db, userKey, filters)),
    sliceInventory(db, userKey, filters, page),
  ]);
  return { ...slice, total };
}

async function countInventory(
  db: Database,
  userKey: string,
  filters: InventoryFilters,
): Promise<number> {
  const { total } = await db
    .selectFrom('inventory')
    .where('connection_id', 'in', userConnections(db, userKey))
    .where(({ and }) => and(conditionsOf(filters)))
    .select(({ fn }) => fn.countAll().as('total'))
    .executeTakeFirstOrThrow();
  return Number(total);
}

/** The same without the total, which costs a look at every row. */
export async function sliceInventory(
  db: Database,
  userKey: string,
  filters: InventoryFilters,
  page: InventoryPageRequest,
): Promise<Slice<InventoryRow>> {
  const { sort = 'sku', cursor } = page;
  const order = keysetOf(sort);
  const found = await userConnections(db, userKey)
    .innerJoinLateral(
      ({ selectFrom }) =>
        selectFrom('inventory')
          .selectAll('inventory')
          .whereRef('inventory.connection_id', '=', 'connections.id')
          .where(({ and }) => and(conditionsOf(filters)))
          .$if(cursor !== undefined, (rows) =>
            rows.where(comesAfter(order, keyIn(cursor ?? '', sort))),
          )
          .orderBy(inOrder(order))
          .limit(page.limit + 1)
          .as('inventory'),
      (join) => join.onTrue(),
    )
    .clearSelect()
    .selectAll('inventory')
    .orderBy(inOrder(order))
    .limit(page.limit + 1)
    .execute();
  return sliceOf(found, page, sort, toRow, (row) => [
    isBySku(sort) ? row.sku : row.fulfillable,
    row.id,
  ]);
}

function isBySku(sort: InventorySort): boolean {
  return sort === 'sku' || sort === '-sku';
}

function keyIn(cursor: string, sort: InventorySort): readonly unknown[] {
  return isBySku(sort) ? decodeCursor(cursor, sort, SkuKey) : decodeCursor(cursor, sort, StockKey);
}

function keysetOf(sort: InventorySort): Keyset {
  return {
    columns: [
      sql.ref(isBySku(sort) ? 'inventory.sku' : 'inventory.fulfillable'),
      sql.ref('inventory.id'),
    ],
    descending: isDescending(sort),
  };
}

function conditionsOf({ sku, asin, marketplaceId }: InventoryFilters) {
  const eb = expressionBuilder<Tables, 'inventory'>();
  const conditions = [eb('gone_at', 'is', null)];
  if (sku !== undefined) conditions.push(eb('sku', '=', sku));
  if (asin !== undefined) conditions.push(eb('asin', '=', asin));
  if (marketplaceId !== undefined) conditions.push(eb('marketplace_id', '=', marketplaceId));
  return conditions;
}

function toRow(row: Selectable<InventoryTable>): InventoryRow {
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
