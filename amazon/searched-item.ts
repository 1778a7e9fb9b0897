import { z } from 'zod';
import { Decimal, isZero, timesDecimal } from './money';
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

/**
 * The item as a report would have it, but for its id. Null when its amounts are in two currencies; a unit's price
 * counts where it is needed only, which is where the breakdowns do not state the item's.
 *
 * Amazon's model calls the breakdowns parts of the line's `proceedsTotal`, and in its published examples they
 * add up to it, TAX among them: what it calls ITEM is therefore read as without the tax, in every marketplace.
 * Amazon does not say so in words. A report's prices, on the other hand, have the tax in them in most
 * marketplaces, so that there each tax is added to the price that it is of.
 *
 * `pricesIncludeTax` is null for an unknown marketplace; the prices are then left as they are.
 */
export function searchedItem(
  item: SearchedItem,
  orderStatus: string,
  pricesIncludeTax: boolean | null,
): AmazonOrderItem | null {
  const { product } = item;
  const breakdowns = item.proceeds?.breakdowns ?? [];
  const amounts = amountsOf(item, breakdowns, pricesIncludeTax === true);
  const unitCurrency = neededUnitPrice(item, breakdowns)?.currencyCode ?? [];
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

function amountsOf(
  item: SearchedItem,
  breakdowns: readonly Breakdown[],
  addTaxes: boolean,
): ItemAmounts {
  const subtotals = (type: string) =>
    breakdowns.filter((one) => one.type === type).map(({ subtotal }) => subtotal.amount);
  const unitPrice = neededUnitPrice(item, breakdowns);
  const itemPrice =
    unitPrice === null
      ? sumKnown(subtotals('ITEM'))
      : timesDecimal(unitPrice.amount, item.quantityOrdered);
  const shippingPrice = sumKnown(subtotals('SHIPPING'));
  const giftWrapPrice = sumKnown(subtotals('GIFT_WRAP'));
  const discounts = subtotals('DISCOUNT');
  const { discountTax, ...taxes } = taxesOf(breakdowns.filter(({ type }) => type === 'TAX'));
  if (!addTaxes) {
    // The tax that a discount saves is less tax on the item: there is no other place for it.
    const itemTax = sumKnown([taxes.itemTax, discountTax && `-${discountTax}`]);
    const promotionDiscount = discountOf(discounts);
    return { itemPrice, shippingPrice, giftWrapPrice, promotionDiscount, ...taxes, itemTax };
  }
  return {
    // Without a price the line is still pending, whatever the tax.
    itemPrice: itemPrice && sumKnown([itemPrice, taxes.itemTax]),
    shippingPrice: sumKnown([shippingPrice, taxes.shippingTax]),
    giftWrapPrice: sumKnown([giftWrapPrice, taxes.giftWrapTax]),
    promotionDiscount: discountOf([...discounts, discountTax]),
    ...taxes,
  };
}

function neededUnitPrice(item: SearchedItem, breakdowns: readonly Breakdown[]) {
  const isStated = breakdowns.some(({ type }) => type === 'ITEM');
  // A cancelled item has quantity 0 and, in reports, no price.
  if (isStated || item.quantityOrdered <= 0) return null;
  return item.product.price?.unitPrice ?? null;
}

/**
 * The details split a tax into that of the item, the shipping, the gift wrap, the cash-on-delivery fee and the
 * discount; they may be missing. The item's is what the others leave, so that no tax is lost to a subtype that is
 * not known here. The fee's is left out with the fee, which no column of a report holds. The discount's, which
 * the tax is less by, is positive.
 */
function taxesOf(
  taxes: readonly Breakdown[],
): Pick<ItemAmounts, 'itemTax' | 'shippingTax' | 'giftWrapTax'> & { discountTax: string | null } {
  const details = taxes.flatMap(({ detailedBreakdowns }) => detailedBreakdowns ?? []);
  const valuesOf = (subtype: string) =>
    details.map((one) => (one.subtype === subtype ? (one.value?.amount ?? null) : null));
  const shippingTax = sumKnown(valuesOf('SHIPPING'));
  const giftWrapTax = sumKnown(valuesOf('GIFT_WRAP'));
  const discountTax = discountOf(valuesOf('DISCOUNT'));
  const others = [shippingTax, giftWrapTax, ...valuesOf('COD_FEE')].map(
    (amount) => amount && timesDecimal(amount, -1),
  );
  const rest = sumKnown([...taxes.map(({ subtotal }) => subtotal.amount), ...others, discountTax]);
  const isAllOfOthers =
    details.length > 0 &&
    details.every(({ subtype }) => subtype && OTHER_PARTS.has(subtype)) &&
    rest !== null &&
    isZero(rest);
  return { itemTax: isAllOfOthers ? null : rest, shippingTax, giftWrapTax, discountTax };
}

const OTHER_PARTS: ReadonlySet<string> = new Set(['SHIPPING', 'GIFT_WRAP', 'COD_FEE', 'DISCOUNT']);

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
