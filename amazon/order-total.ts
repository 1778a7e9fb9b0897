import { isZero, magnitudeOf, sumDecimals } from './money';
import type { AmazonOrderItem } from './order';

/**
 * The amounts of an order's line. All are positive; `promotionDiscount` is what is taken off. The prices have
 * their taxes in them where the marketplace's prices do.
 */
export type ItemAmounts = Pick<
  AmazonOrderItem,
  | 'itemPrice'
  | 'itemTax'
  | 'shippingPrice'
  | 'shippingTax'
  | 'giftWrapPrice'
  | 'giftWrapTax'
  | 'promotionDiscount'
>;

/** Exact sum of the amounts that are known; null when none is. */
export function sumKnown(amounts: readonly (string | null | undefined)[]): string | null {
  const known = amounts.filter((amount) => amount !== null && amount !== undefined);
  return known.length === 0 ? null : sumDecimals(known);
}

/**
 * The sum of discounts as what is taken off. Whether a discount is written with a minus differs between
 * Amazon's sources and is stated in none of them; its size does not differ.
 */
export function discountOf(amounts: readonly (string | null)[]): string | null {
  const sizes = amounts.map((amount) => amount && magnitudeOf(amount));
  return sumKnown(sizes);
}

/** Whether any amount is known: without one, a currency means nothing (pending orders). */
export function hasAmount(amounts: ItemAmounts): boolean {
  return Object.values(amounts).some((amount) => amount !== null);
}

/**
 * An order's currency and total from its lines: everything charged less the discounts. Taxes that are in the
 * prices are not added again. The total is null when no line has a price (pending), and when there is tax but
 * no telling whether the prices include it; both are null when the lines differ in currency.
 */
export function currencyAndTotal(
  items: readonly AmazonOrderItem[],
  /** Null for an unknown marketplace. */
  pricesIncludeTax: boolean | null,
): {
  currency: string | null;
  total: string | null;
} {
  let currency: string | null = null;
  for (const item of items) {
    if (item.currency === null) continue;
    if (currency !== null && item.currency !== currency) return { currency: null, total: null };
    currency = item.currency;
  }
  if (items.every((item) => item.itemPrice === null)) return { currency, total: null };
  const charged: (string | null)[] = [];
  const taxes: (string | null)[] = [];
  for (const item of items) {
    const { itemPrice, shippingPrice, giftWrapPrice, promotionDiscount } = item;
    charged.push(itemPrice, shippingPrice, giftWrapPrice);
    if (promotionDiscount !== null) charged.push(`-${promotionDiscount}`);
    taxes.push(item.itemTax, item.shippingTax, item.giftWrapTax);
  }
  if (pricesIncludeTax === null && taxes.some((tax) => tax !== null && !isZero(tax)))
    return { currency, total: null };
  return {
    currency,
    total: sumKnown(pricesIncludeTax === false ? charged.concat(taxes) : charged),
  };
}
