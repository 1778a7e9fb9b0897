import { marketplaceOf } from './marketplaces';
import { decimalOf } from './money';
import { itemStatusOf, type SandboxOrder, type SandboxOrderItem } from './sandbox-seller';

const COLUMNS = [
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
  'is-business-order',
  'purchase-order-number',
  'price-designation',
] as const;

/**
 * The lines of an all-orders flat file: a header, then one line for each order item. Nothing is quoted or escaped;
 * a double quote in a title stands as it is.
 */
export function* renderOrdersReport(orders: Iterable<SandboxOrder>): Generator<string> {
  const spell = createSpelling();
  yield lineOf(COLUMNS);
  for (const order of orders)
    for (const item of order.items) yield lineOf(cellsOf(order, item, spell));
}

function cellsOf(
  order: SandboxOrder,
  item: SandboxOrderItem,
  spell: (word: string) => string,
): readonly string[] {
  const { amounts } = item;
  const money = (minor: number | null | undefined) =>
    minor === null || minor === undefined ? '' : decimalOf(minor, order.currency);
  const cells: Record<(typeof COLUMNS)[number], string> = {
    'amazon-order-id': order.orderId,
    'merchant-order-id': order.merchantOrderId ?? '',
    'purchase-date': reportDate(order.purchasedAt),
    'last-updated-date': reportDate(order.updatedAt),
    'order-status': spell(order.status),
    'fulfillment-channel': spell(order.fulfilledBy),
    'sales-channel': marketplaceOf(order.marketplaceId).name,
    'order-channel': '',
    'ship-service-level': spell(order.serviceLevel),
    'product-name': cellText(item.product.title),
    sku: item.product.sku,
    asin: item.product.asin,
    'item-status': spell(itemStatusOf(order, item)),
    quantity: String(item.quantity),
    currency: amounts ? order.currency : '',
    'item-price': money(amounts?.itemPrice),
    'item-tax': money(amounts?.itemTax),
    'shipping-price': money(amounts?.shippingPrice),
    'shipping-tax': money(amounts?.shippingTax),
    'gift-wrap-price': money(amounts?.giftWrapPrice),
    'gift-wrap-tax': money(amounts?.giftWrapTax),
    'item-promotion-discount': money(amounts?.itemDiscount),
    'ship-promotion-discount': money(amounts?.shippingDiscount),
    'ship-city': order.shipTo?.city ?? '',
    'ship-state': order.shipTo?.state ?? '',
    'ship-postal-code': order.shipTo?.postalCode ?? '',
    'ship-country': order.shipTo?.country ?? '',
    'promotion-ids': amounts?.itemDiscount ? `DEAL-${item.product.asin}` : '',
    'is-business-order': String(order.isBusiness),
    'purchase-order-number': order.isBusiness ? `PO-${order.orderId}` : '',
    'price-designation': order.isBusiness ? 'Business Price' : '',
  };
  return COLUMNS.map((column) => cells[column]);
}

function lineOf(cells: readonly string[]): string {
  return `${cells.join('\t')}\r\n`;
}

/** A tab or a line break inside a cell would shift the columns, so Amazon writes a space for it. */
export function cellText(text: string): string {
  return text.replace(/[\t\r\n]+/g, ' ');
}

/** Amazon's reports write the offset out: `2024-12-25T10:30:00+00:00`. */
export function reportDate(time: number): string {
  // Whole seconds: what stands behind them is `.000Z`.
  return `${new Date(time).toISOString().slice(0, 19)}+00:00`;
}

/** PARTIALLY_SHIPPED is `PartiallyShipped` in a report. A million rows have the same dozen words. */
function createSpelling(): (word: string) => string {
  const spelt = new Map<string, string>();
  return (word) => {
    const known = spelt.get(word);
    if (known !== undefined) return known;
    const pascalCase = word
      .split('_')
      .map((part) => part.charAt(0) + part.slice(1).toLowerCase())
      .join('');
    spelt.set(word, pascalCase);
    return pascalCase;
  };
}
