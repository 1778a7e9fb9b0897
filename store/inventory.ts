import { sql, type Transaction } from 'kysely';
import { jsonRows } from './json-rows';
import type { Tables } from './tables';

export interface NewInventoryItem {
  sku: string;
  fnsku: string | null;
  asin: string | null;
  title: string | null;
  condition: string | null;
  fulfillable: number;
  inboundWorking: number;
  inboundShipped: number;
  inboundReceiving: number;
  reserved: number;
  unfulfillable: number;
  researching: number;
  total: number;
  lastUpdated: string | null;
}

/** One full scan of one marketplace. Each attempt at a scan has an id of its own. */
export interface Scan {
  scanId: string;
  connectionId: string;
  marketplaceId: string;
}

/** Writes one page of a scan. A row that was gone is back. */
export async function upsertInventory(
  trx: Transaction<Tables>,
  scan: Scan,
  items: readonly NewInventoryItem[],
): Promise<void> {
  // A page may repeat a row; the last one counts.
  const rows = [...new Map(items.map((item) => [keyOf(item), item])).values()];
  if (rows.length === 0) return;
  await sql`
    insert into inventory (connection_id, marketplace_id, sku, fnsku, asin, title, condition, fulfillable,
      inbound_working, inbound_shipped, inbound_receiving, reserved, unfulfillable, researching, total,
      last_updated, scan_id)
    select ${scan.connectionId}::uuid, ${scan.marketplaceId}, r."sku", r."fnsku", r."asin", r."title",
      r."condition", r."fulfillable", r."inboundWorking", r."inboundShipped", r."inboundReceiving",
      r."reserved", r."unfulfillable", r."researching", r."total", r."lastUpdated", ${scan.scanId}::uuid
    from jsonb_to_recordset(${jsonRows(rows)}::jsonb) as r(
      "sku" text, "fnsku" text, "asin" text, "title" text, "condition" text, "fulfillable" integer,
      "inboundWorking" integer, "inboundShipped" integer, "inboundReceiving" integer, "reserved" integer,
      "unfulfillable" integer, "researching" integer, "total" integer, "lastUpdated" timestamptz)
    on conflict (connection_id, marketplace_id, sku, fnsku, condition) do update set
      asin = excluded.asin, title = excluded.title, fulfillable = excluded.fulfillable,
      inbound_working = excluded.inbound_working, inbound_shipped = excluded.inbound_shipped,
      inbound_receiving = excluded.inbound_receiving, reserved = excluded.reserved,
      unfulfillable = excluded.unfulfillable, researching = excluded.researching,
      total = excluded.total, last_updated = excluded.last_updated, scan_id = excluded.scan_id,
      gone_at = null`.execute(trx);
}

/** After a scan that saw everything: whatever it did not see is gone. Returns how many rows that were. */
export async function markGone(trx: Transaction<Tables>, scan: Scan, now: Date): Promise<number> {
  const result = await trx
    .updateTable('inventory')
    .set({ gone_at: now })
    .where('connection_id', '=', scan.connectionId)
    .where('marketplace_id', '=', scan.marketplaceId)
    .where('scan_id', '<>', scan.scanId)
    .where('gone_at', 'is', null)
    .executeTakeFirst();
  return Number(result.numUpdatedRows);
}

function keyOf({ sku, fnsku, condition }: NewInventoryItem): string {
  return JSON.stringify([sku, fnsku, condition]);
}
