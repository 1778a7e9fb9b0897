import { type Selectable, sql, type Transaction } from 'kysely';
import { z } from 'zod';
import type { ReturnRow, ReturnSort } from '../contract/returns';
import { type AccountRowFilters, accountRowConditions } from './account-rows';
import { jsonRows } from './json-rows';
import { IdKey, TimeKey } from './page';
import { createRowPages, type SortKey } from './row-pages';
import type { ReturnsTable, Tables } from './tables';

export interface NewReturn {
  returnDate: string;
  amazonOrderId: string;
  sku: string;
  asin: string | null;
  fnsku: string | null;
  title: string | null;
  quantity: number;
  fulfillmentCenterId: string | null;
  disposition: string | null;
  reason: string | null;
  status: string | null;
  licensePlateNumber: string | null;
  occurrence: number;
}

/**
 * Writes lines of the report of returns. A line's key is its date, order, SKU and FNSKU, and its occurrence among lines
 * that agree in all of these: the label of a unit is no key, since Amazon leaves it out or adds it later, and neither
 * are reason, disposition and status, which it changes.
 *
 * A report has all lines of a key or none, since they share their date; so a batch with the first line of a key
 * (occurrence 0) tells how many there are, together with the batches after it, and those beyond them are deleted. Whoever
 * makes the batches keeps lines of a key together where they follow each other: of a key in two batches, the rows of the
 * second would be deleted by the first and come again with other ids.
 */
export async function upsertReturns(
  trx: Transaction<Tables>,
  connectionId: string,
  returns: readonly NewReturn[],
): Promise<void> {
  if (returns.length === 0) return;
  const rows = jsonRows(returns);
  await sql`
    insert into returns (connection_id, return_date, amazon_order_id, sku, asin, fnsku, title, quantity,
      fulfillment_center_id, disposition, reason, status, license_plate_number, occurrence)
    select ${connectionId}::uuid, r."returnDate", r."amazonOrderId", r."sku", r."asin", r."fnsku", r."title",
      r."quantity", r."fulfillmentCenterId", r."disposition", r."reason", r."status", r."licensePlateNumber",
      r."occurrence"
    from json_to_recordset(${rows}::json) as r(
      "returnDate" timestamptz, "amazonOrderId" text, "sku" text, "asin" text, "fnsku" text, "title" text,
      "quantity" integer, "fulfillmentCenterId" text, "disposition" text, "reason" text, "status" text,
      "licensePlateNumber" text, "occurrence" integer)
    on conflict (connection_id, return_date, amazon_order_id, sku, fnsku, occurrence)
    do update set
      asin = excluded.asin, title = excluded.title, quantity = excluded.quantity,
      fulfillment_center_id = excluded.fulfillment_center_id, disposition = excluded.disposition,
      reason = excluded.reason, status = excluded.status,
      license_plate_number = excluded.license_plate_number`.execute(trx);
  await sql`
    delete from returns using (
      select "returnDate", "amazonOrderId", "sku", "fnsku", max("occurrence") as last
      from json_to_recordset(${rows}::json) as r("returnDate" timestamptz, "amazonOrderId" text, "sku" text,
        "fnsku" text, "occurrence" integer)
      group by 1, 2, 3, 4
      having min("occurrence") = 0) as key
    where connection_id = ${connectionId}::uuid and return_date = key."returnDate"
      and amazon_order_id = key."amazonOrderId" and returns.sku = key."sku"
      and returns.fnsku is not distinct from key."fnsku" and occurrence > key.last`.execute(trx);
}

type Found = Selectable<ReturnsTable>;

const BY_DATE: SortKey<Found> = {
  columns: [sql.ref('returns.return_date'), sql.ref('returns.id')],
  of: (row) => [row.return_date.toISOString(), row.id],
  schema: z.tuple([TimeKey, IdKey]),
};

/** A user's returns, newest first unless sorted otherwise. */
export const returnPages = createRowPages<'returns', AccountRowFilters, ReturnSort, ReturnRow>({
  table: 'returns',
  defaultSort: '-returnDate',
  keys: { '-returnDate': BY_DATE, returnDate: BY_DATE },
  conditionsOf: (filters) => accountRowConditions('returns', 'return_date', filters),
  toRows: (found) =>
    found.map((row) => ({
      id: row.id,
      returnDate: row.return_date.toISOString(),
      orderId: row.amazon_order_id,
      sku: row.sku,
      asin: row.asin,
      fnsku: row.fnsku,
      title: row.title,
      quantity: row.quantity,
      fulfillmentCenterId: row.fulfillment_center_id,
      disposition: row.disposition,
      reason: row.reason,
      status: row.status,
      licensePlateNumber: row.license_plate_number,
    })),
});
