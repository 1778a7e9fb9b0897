import { type Selectable, sql } from 'kysely';
import { z } from 'zod';
import type { ClaimRow } from '../contract/rows';
import type { ClaimSort } from '../contract/sorts';
import { type AccountRowFilters, accountRowConditions } from './account-rows';
import { IdKey, TimeKey } from './page';
import { createRowPages, type SortKey } from './row-pages';
import type { ClaimsTable } from './tables';

type Found = Selectable<ClaimsTable>;

const id = sql.ref('claims.id');

const BY_DATE: SortKey<Found> = {
  columns: [sql.ref('claims.approval_date'), id],
  of: (row) => [row.approval_date.toISOString(), row.id],
  schema: z.tuple([TimeKey, IdKey]),
};

const BY_AMOUNT: SortKey<Found> = {
  columns: [sql`coalesce(claims.amount_total, 0)`, id],
  of: (row) => [row.amount_total ?? '0', row.id],
  schema: z.tuple([z.string().regex(/^-?\d{1,100}(\.\d{1,100})?$/), IdKey]),
};

/** A user's claims, the line items of FBA reimbursements, newest approval first unless sorted otherwise. */
export const claimPages = createRowPages<'claims', AccountRowFilters, ClaimSort, ClaimRow>({
  table: 'claims',
  defaultSort: '-approvalDate',
  keys: {
    '-approvalDate': BY_DATE,
    approvalDate: BY_DATE,
    '-amountTotal': BY_AMOUNT,
    amountTotal: BY_AMOUNT,
  },
  conditionsOf: (filters) => accountRowConditions('claims', 'approval_date', filters),
  toRows: (found) => found.map(toRow),
});

function toRow(row: Found): ClaimRow {
  return {
    id: row.id,
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
