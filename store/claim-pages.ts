import type { Selectable } from 'kysely';
import { z } from 'zod';
import type { ClaimRow } from '../contract/rows';
import type { Database } from './database';
import { decodeCursor, type Page, type PageRequest, type Slice, sliceOf } from './page';
import type { ClaimsTable } from './tables';
import { userConnections } from './user-connections';

export interface ClaimFilters {
  /** Approved at or after, and before. */
  from?: Date;
  to?: Date;
  orderId?: string;
  sku?: string;
  asin?: string;
  reason?: string;
}

const Key = z.tuple([z.iso.datetime(), z.string().regex(/^\d{1,18}$/)]);

/** A user's claims, the line items of FBA reimbursements, newest approval first. */
export async function listClaims(
  db: Database,
  userKey: string,
  filters: ClaimFilters,
  page: PageRequest,
): Promise<Page<ClaimRow>> {
  const [{ total }, slice] = await Promise.all([
    matching(db, userKey, filters)
      .select(({ fn }) => fn.countAll().as('total'))
      .executeTakeFirstOrThrow(),
    sliceClaims(db, userKey, filters, page),
  ]);
  return { ...slice, total: Number(total) };
}

/** The same without the total, which costs a look at every row. */
export async function sliceClaims(
  db: Database,
  userKey: string,
  filters: ClaimFilters,
  page: PageRequest,
): Promise<Slice<ClaimRow>> {
  let slice = matching(db, userKey, filters);
  if (page.cursor !== undefined) {
    const [approvalDate, id] = decodeCursor(page.cursor, Key);
    slice = slice.where(({ eb, refTuple, tuple }) =>
      eb(refTuple('approval_date', 'id'), '<', tuple(new Date(approvalDate), id)),
    );
  }
  const found = await slice
    .selectAll()
    .orderBy('approval_date', 'desc')
    .orderBy('id', 'desc')
    .limit(page.limit + 1)
    .execute();
  return sliceOf(found, page, toRow, (row) => [row.approval_date.toISOString(), row.id]);
}

function matching(
  db: Database,
  userKey: string,
  { from, to, orderId, sku, asin, reason }: ClaimFilters,
) {
  let rows = db.selectFrom('claims').where('connection_id', 'in', userConnections(db, userKey));
  if (from !== undefined) rows = rows.where('approval_date', '>=', from);
  if (to !== undefined) rows = rows.where('approval_date', '<', to);
  if (orderId !== undefined) rows = rows.where('amazon_order_id', '=', orderId);
  if (sku !== undefined) rows = rows.where('sku', '=', sku);
  if (asin !== undefined) rows = rows.where('asin', '=', asin);
  if (reason !== undefined) rows = rows.where('reason', '=', reason);
  return rows;
}

function toRow(row: Selectable<ClaimsTable>): ClaimRow {
  return {
    reimbursementId: row.reimbursement_id,
    approvalDate: row.approval_date.toISOString(),
    caseId: row.case_id,
    orderId: row.amazon_order_id,
    reason: row.reason,
    sku: row.sku,
    fnsku: row.fnsku,
    asin: row.asin,
    title: row.title,
    condition: row.condition,
    currency: row.currency,
    amountPerUnit: row.amount_per_unit,
    amountTotal: row.amount_total,
    quantityCash: row.quantity_cash,
    quantityInventory: row.quantity_inventory,
    quantityTotal: row.quantity_total,
    originalReimbursementId: row.original_reimbursement_id,
    originalReimbursementType: row.original_reimbursement_type,
  };
}
