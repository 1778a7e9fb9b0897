import { createOccurrences } from './occurrences';
import type { SandboxReturn } from './sandbox-seller';

/** A row of a return that a perfect sync holds in the end: all of its line but the buyer's comment. */
export interface ExpectedReturn {
  returnDate: string;
  amazonOrderId: string;
  sku: string;
  asin: string;
  fnsku: string;
  title: string;
  quantity: number;
  fulfillmentCenterId: string;
  disposition: string;
  reason: string;
  status: string | null;
  licensePlateNumber: string | null;
  /** Which of several lines with the same date, order, SKU and FNSKU this is, from 0 in report order. */
  occurrence: number;
}

export function expectedReturns(returns: readonly SandboxReturn[]): ExpectedReturn[] {
  const occurrenceOf = createOccurrences();
  return returns.map((one) => {
    const { product, returnedAt, orderId } = one;
    return {
      returnDate: new Date(returnedAt).toISOString(),
      amazonOrderId: orderId,
      sku: product.sku,
      asin: product.asin,
      fnsku: product.fnsku,
      title: product.title,
      quantity: one.quantity,
      fulfillmentCenterId: one.fulfillmentCenterId,
      disposition: one.disposition,
      reason: one.reason,
      status: one.status,
      licensePlateNumber: one.licensePlateNumber,
      occurrence: occurrenceOf(returnedAt, orderId, product.sku, product.fnsku),
    };
  });
}
