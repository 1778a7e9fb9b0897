import { MalformedAnswer } from './errors';
import { marketplaceOfSalesChannel, pricesIncludeTax } from './marketplaces';
import type { AmazonOrder, AmazonOrderItem } from './order';
import { currencyAndTotal, discountOf, hasAmount, type ItemAmounts } from './order-total';
import { fulfilledByWord, statusWord } from './order-words';
import { type ReportRow, type ReportSource, readReport } from './report-table';

/**
 * What is read of an all-orders report. cpf, ship-city, ship-state, ship-postal-code and
 * purchase-order-number are personal data and must never be added.
 */
type Column =
  | 'amazon-order-id'
  | 'purchase-date'
  | 'last-updated-date'
  | 'order-status'
  | 'fulfillment-channel'
  | 'sales-channel'
  | 'product-name'
  | 'sku'
  | 'asin'
  | 'item-status'
  | 'quantity'
  | 'currency'
  | 'item-price'
  | 'item-tax'
  | 'shipping-price'
  | 'shipping-tax'
  | 'gift-wrap-price'
  | 'gift-wrap-tax'
  | 'item-promotion-discount'
  | 'ship-promotion-discount'
  | 'is-business-order';

// What makes an order; the others may be missing in a region (is-business-order is) and are then null.
const REQUIRED: readonly Column[] = [
  'amazon-order-id',
  'purchase-date',
  'last-updated-date',
  'order-status',
  'sales-channel',
  'sku',
  'quantity',
  'currency',
  'item-price',
];

// Each batch is a transaction that waits for the disk: of 500 an import took an eighth longer.
const BATCH = 1_000;

// Far more than a cart holds; a file that repeats one order for ever must not fill the memory.
const MOST_LINES = 5_000;

/**
 * The orders of an all-orders report, in batches of 1,000 that never split an order. Throws MalformedAnswer.
 *
 * Amazon writes all lines of an order together. To be safe, between 1,000 and 2,000 orders are held back, so
 * that lines up to 1,000 orders apart still meet. Should a line come even later, its order comes again in
 * a later batch with the later lines only; remembering every id of the file to prevent this would cost
 * memory that grows with the file.
 */
export async function* parseOrdersReport(source: ReportSource): AsyncGenerator<AmazonOrder[]> {
  const held = new Map<string, AmazonOrder>();

  function take(count: number): AmazonOrder[] {
    const orders = [...held.values()].slice(0, count);
    for (const { amazonOrderId } of orders) held.delete(amazonOrderId);
    return orders.map((order) => ({
      ...order,
      ...currencyAndTotal(order.items, pricesIncludeTax(order.marketplaceId)),
    }));
  }

  for await (const rows of readReport(source, REQUIRED)) {
    for (const row of rows) {
      const order = orderOf(row);
      const known = held.get(order.amazonOrderId);
      if (known === undefined) {
        if (held.size === 2 * BATCH) yield take(BATCH);
        held.set(order.amazonOrderId, order);
      } else {
        // Should the lines differ in what they say of the order, the newest is right.
        const newest = order.lastUpdated > known.lastUpdated ? order : known;
        known.items.push(...order.items);
        if (known.items.length > MOST_LINES) throw tooManyLines(source);
        held.set(order.amazonOrderId, { ...newest, items: known.items });
      }
    }
  }
  while (held.size > 0) yield take(BATCH);
}

function tooManyLines({ requestId = null }: ReportSource): MalformedAnswer {
  const what = `An order of the report has more than ${MOST_LINES} lines`;
  return new MalformedAnswer({ operation: 'downloadDocument', requestId, status: null }, what);
}

function orderOf(row: ReportRow<Column>): AmazonOrder {
  const channel = row.text('sales-channel');
  const marketplace = channel === null ? null : marketplaceOfSalesChannel(channel);
  const fulfilledBy = row.text('fulfillment-channel');
  return {
    amazonOrderId: row.requiredText('amazon-order-id'),
    marketplaceId: marketplace?.id ?? null,
    salesChannel: marketplace?.name ?? channel,
    purchaseDate: row.requiredTime('purchase-date'),
    lastUpdated: row.requiredTime('last-updated-date'),
    status: statusWord(row.requiredText('order-status')),
    fulfilledBy: fulfilledBy === null ? null : fulfilledByWord(fulfilledBy),
    isBusiness: booleanOf(row.text('is-business-order')),
    currency: null,
    total: null,
    items: [itemOf(row)],
  };
}

function itemOf(row: ReportRow<Column>): AmazonOrderItem {
  const amounts: ItemAmounts = {
    itemPrice: row.decimal('item-price'),
    itemTax: row.decimal('item-tax'),
    shippingPrice: row.decimal('shipping-price'),
    shippingTax: row.decimal('shipping-tax'),
    giftWrapPrice: row.decimal('gift-wrap-price'),
    giftWrapTax: row.decimal('gift-wrap-tax'),
    promotionDiscount: discountOf([
      row.decimal('item-promotion-discount'),
      row.decimal('ship-promotion-discount'),
    ]),
  };
  const status = row.text('item-status');
  return {
    orderItemId: null,
    sku: row.text('sku'),
    asin: row.text('asin'),
    title: row.text('product-name'),
    quantity: row.requiredInteger('quantity'),
    status: status === null ? null : statusWord(status),
    currency: hasAmount(amounts) ? row.text('currency') : null,
    ...amounts,
  };
}

function booleanOf(text: string | null): boolean | null {
  const word = text?.toLowerCase();
  if (word === 'true') return true;
  return word === 'false' ? false : null;
}
