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

/**
 * One full scan of one marketplace. Each attempt at a scan is a scan of its own, and they are told apart by
 * when they began: one that was given up can still be writing while the next runs.
 */
export interface Scan {
  scannedAt: Date;
  connectionId: string;
  marketplaceId: string;
}

/** Writes one page of a scan. A row that was gone is back; one that a newer scan has seen stays as it is. */
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
      last_updated, scanned_at)
    select ${scan.connectionId}::uuid, ${scan.marketplaceId}, r."sku", r."fnsku", r."asin", r."title",
      r."condition", r."fulfillable", r."inboundWorking", r."inboundShipped", r."inboundReceiving",
      r."reserved", r."unfulfillable", r."researching", r."total", r."lastUpdated", ${scan.scannedAt}::timestamptz
    from json_to_recordset(${jsonRows(rows)}::json) as r(
      "sku" text, "fnsku" text, "asin" text, "title" text, "condition" text, "fulfillable" integer,
      "inboundWorking" integer, "inboundShipped" integer, "inboundReceiving" integer, "reserved" integer,
      "unfulfillable" integer, "researching" integer, "total" integer, "lastUpdated" timestamptz)
    on conflict (connection_id, marketplace_id, sku, fnsku, condition) do update set
      asin = excluded.asin, title = excluded.title, fulfillable = excluded.fulfillable,
      inbound_working = excluded.inbound_working, inbound_shipped = excluded.inbound_shipped,
      inbound_receiving = excluded.inbound_receiving, reserved = excluded.reserved,
      unfulfillable = excluded.unfulfillable, researching = excluded.researching,
      total = excluded.total, last_updated = excluded.last_updated, scanned_at = excluded.scanned_at,
      gone_at = null
    where excluded.scanned_at >= inventory.scanned_at`.execute(trx);
}

/**
 * After a scan that saw everything: whatever it did not see is gone. Returns how many rows that were. Their time is
 * then that of this scan, so that an earlier one which still writes brings nothing back.
 */
export async function markGone(trx: Transaction<Tables>, scan: Scan, now: Date): Promise<number> {
  const result = await trx
    .updateTable('inventory')
    .set({ gone_at: now, scanned_at: scan.scannedAt })
    .where('connection_id', '=', scan.connectionId)
    .where('marketplace_id', '=', scan.marketplaceId)
    .where('scanned_at', '<', scan.scannedAt)
    .where('gone_at', 'is', null)
    .executeTakeFirst();
  return Number(result.numUpdatedRows);
}

function keyOf({ sku, fnsku, condition }: NewInventoryItem): string {
  return JSON.stringify([sku, fnsku, condition]);
}
