const ORDER_COLUMNS = [
  'amazon-order-id',
  'merchant-order-id',
  'purchase-date',
  'last-updated-date',
  'order-status',
  'fulfillment-channel',
  'sales-channel',
  'order-channel',
  'ship-service-level',
  'product-name',
  'sku',
  'asin',
  'item-status',
  'quantity',
  'currency',
  'item-price',
  'item-tax',
  'shipping-price',
  'shipping-tax',
  'gift-wrap-price',
  'gift-wrap-tax',
  'item-promotion-discount',
  'ship-promotion-discount',
  'ship-city',
  'ship-state',
  'ship-postal-code',
  'ship-country',
  'promotion-ids',
  'cpf',
  'is-business-order',
  'purchase-order-number',
  'price-designation',
] as const;

export type OrderLine = Partial<Record<(typeof ORDER_COLUMNS)[number], string>>;

export const ORDER_LINE: OrderLine = {
  'amazon-order-id': '111-0000001-0000001',
  'purchase-date': '2025-11-01T10:20:30+00:00',
  'last-updated-date': '2025-11-02T01:00:00+00:00',
  'order-status': 'Shipped',
  'fulfillment-channel': 'Amazon',
  'sales-channel': 'Amazon.com',
  'product-name': 'Plant pot 5" green',
  sku: 'POT-5',
  asin: 'B000000001',
  'item-status': 'Shipped',
  quantity: '2',
  currency: 'USD',
  'item-price': '25.98',
  'item-tax': '2.08',
  'shipping-price': '4.99',
  'shipping-tax': '0.40',
  'item-promotion-discount': '2.60',
  'ship-promotion-discount': '4.99',
  'ship-city': 'PERSONAL-CITY',
  'ship-state': 'PERSONAL-STATE',
  'ship-postal-code': 'PERSONAL-CODE',
  cpf: 'PERSONAL-CPF',
  'is-business-order': 'false',
  'purchase-order-number': 'PERSONAL-PO',
};

/** An all-orders report. */
export function ordersReport(lines: readonly OrderLine[], end = '\r\n'): string {
  return tableOf(ORDER_COLUMNS, lines, end);
}

const CLAIM_COLUMNS = [
  'approval-date',
  'reimbursement-id',
  'case-id',
  'amazon-order-id',
  'reason',
  'sku',
  'fnsku',
  'asin',
  'product-name',
  'condition',
  'currency-unit',
  'amount-per-unit',
  'amount-total',
  'quantity-reimbursed-cash',
  'quantity-reimbursed-inventory',
  'quantity-reimbursed-total',
  'original-reimbursement-id',
  'original-reimbursement-type',
] as const;

export type ClaimLine = Partial<Record<(typeof CLAIM_COLUMNS)[number], string>>;

export const CLAIM_LINE: ClaimLine = {
  'approval-date': '2025-10-05T23:30:00-02:00',
  'reimbursement-id': '9000000001',
  'amazon-order-id': '111-0000001-0000001',
  reason: 'Lost_warehouse',
  sku: 'POT-5',
  fnsku: 'X000000001',
  asin: 'B000000001',
  'product-name': 'Plant pot 5" green',
  condition: 'SELLABLE',
  'currency-unit': 'EUR',
  'amount-per-unit': '4,10',
  'amount-total': '8,20',
  'quantity-reimbursed-cash': '2',
  'quantity-reimbursed-inventory': '0',
  'quantity-reimbursed-total': '2',
};

const RETURN_COLUMNS = [
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

export type ReturnLine = Partial<Record<(typeof RETURN_COLUMNS)[number], string>>;

export const RETURN_LINE: ReturnLine = {
  'return-date': '2025-10-05T23:30:00-02:00',
  'order-id': '111-0000001-0000001',
  sku: 'POT-5',
  asin: 'B000000001',
  fnsku: 'X000000001',
  'product-name': 'Plant pot 5" green',
  quantity: '1',
  'fulfillment-center-id': 'LEX2',
  'detailed-disposition': 'CUSTOMER_DAMAGED',
  reason: 'UNWANTED_ITEM',
  status: 'Unit returned to inventory',
  'license-plate-number': 'LPNRR123456789',
  'customer-comments': 'Jane Doe, 555-0100',
};

/** A report of customer returns. */
export function returnsReport(lines: readonly ReturnLine[], end = '\n'): string {
  return tableOf(RETURN_COLUMNS, lines, end);
}

/** A reimbursements report. */
export function claimsReport(lines: readonly ClaimLine[], end = '\n'): string {
  return tableOf(CLAIM_COLUMNS, lines, end);
}

function tableOf<Column extends string>(
  columns: readonly Column[],
  lines: readonly Partial<Record<Column, string>>[],
  end: string,
): string {
  const rows = lines.map((line) => columns.map((column) => line[column] ?? ''));
  return [columns, ...rows].map((cells) => cells.join('\t') + end).join('');
}
