import { numberedLines } from './numbered-lines';
import { type ReportRow, type ReportSource, readReport } from './report-table';

/** One line of Amazon's FBA reimbursements. A reversal is a line with negative amounts. */
export interface AmazonClaim {
  /** Not unique: one reimbursement may have several lines. */
  reimbursementId: string;
  /** ISO UTC. */
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
  /** Plain decimal strings, whatever the region's decimal mark. */
  amountPerUnit: string | null;
  amountTotal: string | null;
  quantityCash: number | null;
  quantityInventory: number | null;
  quantityTotal: number | null;
  originalReimbursementId: string | null;
  originalReimbursementType: string | null;
  /**
   * 0, 1, …: which of the lines with the same reimbursement id, approval date, sku, fnsku and reason this is,
   * in the order of the file. Such lines share their date, so any window holds all of them or none.
   */
  occurrence: number;
}

type Column =
  | 'approval-date'
  | 'reimbursement-id'
  | 'case-id'
  | 'amazon-order-id'
  | 'reason'
  | 'sku'
  | 'fnsku'
  | 'asin'
  | 'product-name'
  | 'condition'
  | 'currency-unit'
  | 'amount-per-unit'
  | 'amount-total'
  | 'quantity-reimbursed-cash'
  | 'quantity-reimbursed-inventory'
  | 'quantity-reimbursed-total'
  | 'original-reimbursement-id'
  | 'original-reimbursement-type';

// What makes a claim; the others may be missing in a region and are then null.
const REQUIRED: readonly Column[] = [
  'approval-date',
  'reimbursement-id',
  'sku',
  'currency-unit',
  'amount-total',
];

/** The claims of a `GET_FBA_REIMBURSEMENTS_DATA` report, in batches of some 500. Throws MalformedAnswer. */
export function parseClaimsReport(source: ReportSource): AsyncGenerator<AmazonClaim[]> {
  return numberedLines(
    readReport(source, REQUIRED),
    claimOf,
    ({ reimbursementId, approvalDate, sku, fnsku, reason }) => [
      reimbursementId,
      approvalDate,
      sku,
      fnsku,
      reason,
    ],
  );
}

function claimOf(row: ReportRow<Column>): Omit<AmazonClaim, 'occurrence'> {
  return {
    reimbursementId: row.requiredText('reimbursement-id'),
    approvalDate: row.requiredTime('approval-date'),
    caseId: row.text('case-id'),
    amazonOrderId: row.text('amazon-order-id'),
    reason: row.text('reason'),
    sku: row.text('sku'),
    fnsku: row.text('fnsku'),
    asin: row.text('asin'),
    title: row.text('product-name'),
    condition: row.text('condition'),
    currency: row.text('currency-unit'),
    amountPerUnit: row.decimal('amount-per-unit'),
    amountTotal: row.decimal('amount-total'),
    quantityCash: row.integer('quantity-reimbursed-cash'),
    quantityInventory: row.integer('quantity-reimbursed-inventory'),
    quantityTotal: row.integer('quantity-reimbursed-total'),
    originalReimbursementId: row.text('original-reimbursement-id'),
    originalReimbursementType: row.text('original-reimbursement-type'),
  };
}
