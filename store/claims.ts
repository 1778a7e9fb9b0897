import { sql, type Transaction } from 'kysely';
import { jsonRows } from './json-rows';
import type { Tables } from './tables';

export interface NewClaim {
  reimbursementId: string;
  approvalDate: string;
  caseId: string | null;
  amazonOrderId: string | null;
  reason: string | null;
  sku: string | null;
  fnsku: string | null;
  asin: string | null;
  title: string | null;
  condition: string | null;
  currency: string | null;
  amountPerUnit: string | null;
  amountTotal: string | null;
  quantityCash: number | null;
  quantityInventory: number | null;
  quantityTotal: number | null;
  originalReimbursementId: string | null;
  originalReimbursementType: string | null;
  occurrence: number;
}

/**
 * Writes lines of the reimbursements report. A reimbursement id repeats, so a line's key is the id with its
 * approval date, SKU, FNSKU and reason, and its occurrence among lines that agree in all of these.
 *
 * Amazon may combine such lines later. A report has all lines of a key or none, since they share their date; so a
 * batch with the first line of a key (occurrence 0) tells how many there are, together with the batches after it,
 * and those beyond them are deleted. Whoever makes the batches keeps neighbours that agree together: of a key in two
 * batches, the rows of the second would be deleted by the first and come again with other ids.
 */
export async function upsertClaims(
  trx: Transaction<Tables>,
  connectionId: string,
  claims: readonly NewClaim[],
): Promise<void> {
  if (claims.length === 0) return;
  const rows = jsonRows(claims);
  await sql`
    insert into claims (connection_id, reimbursement_id, approval_date, case_id, amazon_order_id, reason,
      sku, fnsku, asin, title, condition, currency, amount_per_unit, amount_total, quantity_cash,
      quantity_inventory, quantity_total, original_reimbursement_id, original_reimbursement_type, occurrence)
    select ${connectionId}::uuid, r."reimbursementId", r."approvalDate", r."caseId", r."amazonOrderId",
      r."reason", r."sku", r."fnsku", r."asin", r."title", r."condition", r."currency", r."amountPerUnit",
      r."amountTotal", r."quantityCash", r."quantityInventory", r."quantityTotal",
      r."originalReimbursementId", r."originalReimbursementType", r."occurrence"
    from json_to_recordset(${rows}::json) as r(
      "reimbursementId" text, "approvalDate" timestamptz, "caseId" text, "amazonOrderId" text,
      "reason" text, "sku" text, "fnsku" text, "asin" text, "title" text, "condition" text,
      "currency" text, "amountPerUnit" numeric, "amountTotal" numeric, "quantityCash" integer,
      "quantityInventory" integer, "quantityTotal" integer, "originalReimbursementId" text,
      "originalReimbursementType" text, "occurrence" integer)
    on conflict (connection_id, reimbursement_id, approval_date, sku, fnsku, reason, occurrence)
    do update set
      case_id = excluded.case_id, amazon_order_id = excluded.amazon_order_id, asin = excluded.asin,
      title = excluded.title, condition = excluded.condition, currency = excluded.currency,
      amount_per_unit = excluded.amount_per_unit, amount_total = excluded.amount_total,
      quantity_cash = excluded.quantity_cash, quantity_inventory = excluded.quantity_inventory,
      quantity_total = excluded.quantity_total,
      original_reimbursement_id = excluded.original_reimbursement_id,
      original_reimbursement_type = excluded.original_reimbursement_type`.execute(trx);
  await sql`
    delete from claims using (
      select "reimbursementId", "approvalDate", "sku", "fnsku", "reason", max("occurrence") as last
      from json_to_recordset(${rows}::json) as r("reimbursementId" text, "approvalDate" timestamptz,
        "sku" text, "fnsku" text, "reason" text, "occurrence" integer)
      group by 1, 2, 3, 4, 5
      having min("occurrence") = 0) as key
    where connection_id = ${connectionId}::uuid and reimbursement_id = key."reimbursementId"
      and approval_date = key."approvalDate" and claims.sku is not distinct from key."sku"
      and claims.fnsku is not distinct from key."fnsku"
      and claims.reason is not distinct from key."reason" and occurrence > key.last`.execute(trx);
}
