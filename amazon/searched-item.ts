import { z } from 'zod';
import { Decimal, timesDecimal } from './money';
import type { AmazonOrderItem } from './order';
import { discountOf, hasAmount, type ItemAmounts, sumKnown } from './order-total';

const Money = z.object({ amount: Decimal, currencyCode: z.string().min(1) });

const Breakdown = z.object({
  // ITEM, SHIPPING, GIFT_WRAP, COD_FEE, OTHER, TAX, DISCOUNT; others are ignored.
  type: z.string(),
  subtotal: Money,
  detailedBreakdowns: z
    .array(z.object({ subtype: z.string().nullish(), value: Money.nullish() }))
    .nullish(),
});
type Breakdown = z.infer<typeof Breakdown>;

/** An item of a searched order (Orders API 2026-01-01, OrderItem): what is read of it. */
export const SearchedItem = z.object({
  orderItemId: z.string().min(1),
  quantityOrdered: z.int(),
  product: z.object({
    asin: z.string().nullish(),
    title: z.string().nullish(),
    sellerSku: z.string().nullish(),
    price: z.object({ unitPrice: Money.nullish() }).nullish(),
  }),
  proceeds: z.object({ breakdowns: z.array(Breakdown).nullish() }).nullish(),
  fulfillment: z
    .object({ quantityFulfilled: z.int().nullish(), quantityUnfulfilled: z.int().nullish() })
    .nullish(),
  cancellation: z.object({ cancellationExecution: z.object({}).nullish() }).nullish(),
});
export type SearchedItem = z.infer<typeof SearchedItem>;

/** The item as a report would have it, but for its id. Null when its amounts are in two currencies. */
export function searchedItem(item: SearchedItem, orderStatus: string): AmazonOrderItem | null {
  const { product } = item;
  const breakdowns = item.proceeds?.breakdowns ?? [];
  const amounts = amountsOf(item, breakdowns);
  const unitCurrency = product.price?.unitPrice?.currencyCode ?? [];
  const currencies = new Set(breakdowns.map(({ subtotal }) => subtotal.currencyCode));
  const [currency = null, ...others] = new Set([...currencies].concat(unitCurrency));
  if (others.length > 0) return null;
  return {
    orderItemId: item.orderItemId,
    sku: product.sellerSku || null,
    asin: product.asin || null,
    title: product.title?.trim() || null,
    quantity: item.quantityOrdered,
    status: itemStatus(item, orderStatus),
    currency: hasAmount(amounts) ? currency : null,
    ...amounts,
  };
}

function amountsOf(item: SearchedItem, breakdowns: readonly Breakdown[]): ItemAmounts {
  const subtotals = (type: string) =>
    breakdowns.filter((one) => one.type === type).map(({ subtotal }) => subtotal.amount);
  const unitPrice = item.product.price?.unitPrice?.amount;
  return {
    itemPrice:
      sumKnown(subtotals('ITEM')) ??
      // A cancelled item has quantity 0 and, in reports, no price.
      (unitPrice !== undefined && item.quantityOrdered > 0
        ? timesDecimal(unitPrice, item.quantityOrdered)
        : null),
    shippingPrice: sumKnown(subtotals('SHIPPING')),
    giftWrapPrice: sumKnown(subtotals('GIFT_WRAP')),
    promotionDiscount: discountOf(subtotals('DISCOUNT')),
    ...taxesOf(breakdowns.filter(({ type }) => type === 'TAX')),
  };
}

/**
 * The details split a tax into that of the item, the shipping and the gift wrap. The item's is what the other
 * two leave, so that no tax is lost to a subtype that is not known here.
 */
function taxesOf(
  taxes: readonly Breakdown[],
): Pick<ItemAmounts, 'itemTax' | 'shippingTax' | 'giftWrapTax'> {
  const details = taxes.flatMap(({ detailedBreakdowns }) => detailedBreakdowns ?? []);
  const detail = (subtype: string) =>
    sumKnown(details.map((one) => (one.subtype === subtype ? one.value?.amount : null)));
  const shippingTax = detail('SHIPPING');
  const giftWrapTax = detail('GIFT_WRAP');
  const others = [shippingTax, giftWrapTax].map((amount) => amount && timesDecimal(amount, -1));
  const rest = sumKnown([...taxes.map(({ subtotal }) => subtotal.amount), ...others]);
  const isAllOfOthers =
    details.length > 0 &&
    details.every(({ subtype }) => subtype === 'SHIPPING' || subtype === 'GIFT_WRAP') &&
    isZero(rest);
  return { itemTax: isAllOfOthers ? null : rest, shippingTax, giftWrapTax };
}

function isZero(amount: string | null): boolean {
  return amount !== null && !/[1-9]/.test(amount);
}

/** Reports state the status of each line; a search states the order's, quantities and cancellations. */
function itemStatus(item: SearchedItem, orderStatus: string): string | null {
  if (item.cancellation?.cancellationExecution) return 'CANCELLED';
  if (orderStatus === 'UNKNOWN') return null;
  if (!['UNSHIPPED', 'PARTIALLY_SHIPPED', 'SHIPPED'].includes(orderStatus)) return orderStatus;
  const shipped = item.fulfillment?.quantityFulfilled ?? 0;
  const open = item.fulfillment?.quantityUnfulfilled ?? 0;
  if (shipped > 0) return open > 0 ? 'PARTIALLY_SHIPPED' : 'SHIPPED';
  if (open > 0) return 'UNSHIPPED';
  return orderStatus === 'PARTIALLY_SHIPPED' ? null : orderStatus;
}
