import type { SandboxMarketplace } from './marketplaces';
import { exponentOf } from './money';
import type { Random } from './random';
import type { CatalogProduct, ItemAmounts, OrderStatus, SandboxOrderItem } from './sandbox-seller';

export interface ItemsPlan {
  catalog: readonly CatalogProduct[];
  marketplace: SandboxMarketplace;
  status: OrderStatus;
  isBusiness: boolean;
  index: number;
}

/** The lines of one order, with amounts where its status has them. */
export function generateItems(random: Random, plan: ItemsPlan): SandboxOrderItem[] {
  const partial = plan.status === 'PARTIALLY_SHIPPED';
  const count = random.weighted([
    // An order of which a part is shipped has at least two.
    [partial ? 2 : 1, 70],
    [2, 18],
    [3, 7],
    [4, 3],
    [5, 2],
  ]);
  const products = Array.from({ length: count }, () => random.pick(plan.catalog));
  // Amazon lists one SKU on two lines when their gift options differ.
  const [first] = products;
  if (first && count > 1 && random.chance(0.15)) products[1] = first;

  const taxFree = random.chance(0.1);
  // Cancelled before payment: Amazon forgets quantity and prices. Cancelled later: it keeps them.
  const voided = plan.status === 'CANCELLED' && random.chance(0.6);
  const priced = !voided && plan.status !== 'PENDING' && plan.status !== 'PENDING_AVAILABILITY';

  return products.map((product, position) => {
    const ordered = random.weighted([
      [1, 80],
      [2, 13],
      [3, 5],
      [random.int(4, 10), 2],
    ]);
    // A shipped order may lack its last line, which was cancelled before.
    const dropped =
      plan.status === 'SHIPPED' && position > 0 && position === count - 1 && random.chance(0.05);
    const shipped = plan.status === 'SHIPPED' || (partial && position === 0);
    const quantity = voided || dropped ? 0 : ordered;
    return {
      orderItemId: String(10_000_000_000_000 + plan.index * 10 + position),
      product,
      quantity,
      quantityShipped: shipped ? quantity : 0,
      isCancelled: dropped || plan.status === 'CANCELLED',
      amounts:
        priced && !dropped ? generateAmounts(random, plan, product, quantity, taxFree) : null,
    };
  });
}

/** What the buyer pays for one line. */
export function generateAmounts(
  random: Random,
  { marketplace, isBusiness }: Pick<ItemsPlan, 'marketplace' | 'isBusiness'>,
  product: CatalogProduct,
  quantity: number,
  taxFree: boolean,
): ItemAmounts {
  const minorPerCent = marketplace.perDollar * 10 ** (exponentOf(marketplace.currency) - 2);
  const inCurrency = (usdCents: number) => Math.round(usdCents * minorPerCent);
  const { taxRate, pricesIncludeTax } = marketplace;
  const tax = (amount: number) => {
    if (taxFree) return 0;
    // Of a price of 119 that includes 19 % tax, 19/119 is tax.
    return Math.round((amount * taxRate) / (pricesIncludeTax ? 100 + taxRate : 100));
  };

  const unitPrice = inCurrency(isBusiness ? product.usdCents * 0.95 : product.usdCents);
  const itemPrice = unitPrice * quantity;
  const shippingPrice = random.chance(0.35) ? inCurrency(random.pick([399, 499, 899])) : null;
  const giftWrapPrice = random.chance(0.05) ? inCurrency(349) : null;
  return {
    itemPrice,
    // VAT is rounded for each unit, so that a line without it is still a whole number of unit prices.
    itemTax: pricesIncludeTax ? tax(unitPrice) * quantity : tax(itemPrice),
    shippingPrice,
    shippingTax: shippingPrice === null ? null : tax(shippingPrice),
    giftWrapPrice,
    giftWrapTax: giftWrapPrice === null ? null : tax(giftWrapPrice),
    itemDiscount: random.chance(0.12)
      ? Math.round((itemPrice * random.pick([5, 10, 15, 20])) / 100)
      : null,
    shippingDiscount: shippingPrice !== null && random.chance(0.2) ? shippingPrice : null,
  };
}
