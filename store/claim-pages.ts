import { z } from 'zod';
import type { ClaimRow } from '../contract/rows';
import type { Database } from './database';
import { decodeCursor, encodeCursor, type Page } from './page';
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
  { from, to, orderId, sku, asin, reason }: ClaimFilters,
  page: { limit: number; cursor?: string },
): Promise<Page<ClaimRow>> {
  let matching = db.selectFrom('claims').where('connection_id', 'in', userConnections(db, userKey));
  if (from !== undefined) matching = matching.where('approval_date', '>=', from);
  if (to !== undefined) matching = matching.where('approval_date', '<', to);
  if (orderId !== undefined) matching = matching.where('amazon_order_id', '=', orderId);
  if (sku !== undefined) matching = matching.where('sku', '=', sku);
  if (asin !== undefined) matching = matching.where('asin', '=', asin);
  if (reason !== undefined) matching = matching.where('reason', '=', reason);
  let slice = matching;
  if (page.cursor !== undefined) {
    const [approvalDate, id] = decodeCursor(page.cursor, Key);
    slice = slice.where(({ eb, refTuple, tuple }) =>
      eb(refTuple('approval_date', 'id'), '<', tuple(new Date(approvalDate), id)),
    );
  }
  const [{ total }, found] = await Promise.all([
    matching.select(({ fn }) => fn.countAll().as('total')).executeTakeFirstOrThrow(),
    slice
      .selectAll()
      .orderBy('approval_date', 'desc')
      .orderBy('id', 'desc')
      .limit(page.limit + 1)
      .execute(),
  ]);
  const rows = found.slice(0, page.limit);
  const last = rows.at(-1);
  return {
    rows: rows.map((row) => ({
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
    })),
    total: Number(total),
    nextCursor:
      last !== undefined && found.length > page.limit
        ? encodeCursor([last.approval_date.toISOString(), last.id])
        : null,
  };
}
