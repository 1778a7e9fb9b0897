import { numberedLines } from './numbered-lines';
import { type ReportRow, type ReportSource, readReport } from './report-table';

/**
 * FBA customer returns of the whole account in a region; made once in four hours at most, as all daily reports are.
 * Amazon states no longest range.
 */
export const RETURNS_REPORT = 'GET_FBA_FULFILLMENT_CUSTOMER_RETURNS_DATA';

/** One line of Amazon's customer returns. */
export interface AmazonReturn {
  /** ISO UTC. */
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
  /** Amazon's label on the unit. Not in every line, nor in one line only. */
  licensePlateNumber: string | null;
  /**
   * 0, 1, …: which of the lines with the same date, order, sku and fnsku this is, in the order of the file. Such lines
   * share their date, so any window holds all of them or none.
   */
  occurrence: number;
}

// A buyer's own words may say who they are, so they are not even read.
const COMMENTS = 'customer-comments';

type Column =
  | 'return-date'
  | 'order-id'
  | 'sku'
  | 'asin'
  | 'fnsku'
  | 'product-name'
  | 'quantity'
  | 'fulfillment-center-id'
  | 'detailed-disposition'
  | 'reason'
  | 'status'
  | 'license-plate-number';

// What makes a return; the others may be missing in a region and are then null.
const REQUIRED: readonly Column[] = ['return-date', 'order-id', 'sku', 'quantity'];

/** The returns of a {@link RETURNS_REPORT}, in batches of some 500. Throws MalformedAnswer. */
export function parseReturnsReport(source: ReportSource): AsyncGenerator<AmazonReturn[]> {
  return numberedLines(
    readReport(source, REQUIRED, COMMENTS),
    returnOf,
    ({ returnDate, amazonOrderId, sku, fnsku }) => [returnDate, amazonOrderId, sku, fnsku],
  );
}

function returnOf(row: ReportRow<Column>): Omit<AmazonReturn, 'occurrence'> {
  return {
    returnDate: row.requiredTime('return-date'),
    amazonOrderId: row.requiredText('order-id'),
    sku: row.requiredText('sku'),
    asin: row.text('asin'),
    fnsku: row.text('fnsku'),
    title: row.text('product-name'),
    quantity: row.requiredInteger('quantity'),
    fulfillmentCenterId: row.text('fulfillment-center-id'),
    disposition: row.text('detailed-disposition'),
    reason: row.text('reason'),
    status: row.text('status'),
    licensePlateNumber: row.text('license-plate-number'),
  };
}
