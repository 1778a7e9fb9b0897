import { cellText, reportDate } from './render-orders-report';
import type { SandboxReturn } from './sandbox-seller';

const COLUMNS = [
  'return-date',
  'order-id',
  'sku',
  'asin',
  'fnsku',
  'product-name',
  'quantity',
  'fulfillment-center-id',
  'detailed-disposition',
  'reason',
  'status',
  'license-plate-number',
  'customer-comments',
] as const;

/** The lines of a report of customer returns: a header, then one line for each unit or units that came back. */
export function* renderReturnsReport(returns: Iterable<SandboxReturn>): Generator<string> {
  yield `${COLUMNS.join('\t')}\n`;
  for (const one of returns) yield `${cellsOf(one).join('\t')}\n`;
}

function cellsOf(one: SandboxReturn): string[] {
  const { product } = one;
  const cells: Record<(typeof COLUMNS)[number], string> = {
    'return-date': reportDate(one.returnedAt),
    'order-id': one.orderId,
    sku: product.sku,
    asin: product.asin,
    fnsku: product.fnsku,
    'product-name': cellText(product.title),
    quantity: String(one.quantity),
    'fulfillment-center-id': one.fulfillmentCenterId,
    'detailed-disposition': one.disposition,
    reason: one.reason,
    status: one.status ?? '',
    'license-plate-number': one.licensePlateNumber ?? '',
    'customer-comments': cellText(one.comments ?? ''),
  };
  return COLUMNS.map((column) => cells[column]);
}
