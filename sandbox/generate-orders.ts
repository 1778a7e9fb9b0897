import type { CatalogProduct } from './generate-catalog';
import type { History } from './history';
import type { SandboxMarketplace } from './marketplaces';
import { exponentOf } from './money';
import { createRandom, type Random } from './random';
import type { ItemAmounts, OrderStatus, SandboxOrder, SandboxOrderItem } from './sandbox-seller';

export interface OrdersPlan {
  seed: number;
  count: number;
  catalog: readonly CatalogProduct[];
  marketplaces: readonly SandboxMarketplace[];
  history: History;
}

const HOUR = 3_600_000;
const DAY = 24 * HOUR;

/** Orders evenly spread over the history, oldest first. Order ids are unique up to ten million orders. */
export function generateOrders(plan: OrdersPlan): SandboxOrder[] {
  const random = createRandom(`${plan.seed}/orders`);
  // Leaves an hour in which the last orders are still updated.
  const span = plan.history.end - HOUR - plan.history.start;

  return Array.from({ length: plan.count }, (_, index) => {
    const purchasedAt = wholeSecond(
      plan.history.start + ((index + random.next()) / plan.count) * span,
    );
    return generateOrder(random, plan, index, purchasedAt);
  });
}

function generateOrder(
  random: Random,
  { marketplaces, catalog, history }: OrdersPlan,
  index: number,
  purchasedAt: number,
): SandboxOrder {
  // The first marketplace is the seller's home, where most is sold.
  const marketplace = random.weighted(
    marketplaces.map((one, position) => [one, position === 0 ? 6 : 2] as const),
  );
  const status = statusAt(random, history.end - purchasedAt);
  const isBusiness = random.chance(0.08);
  const [city, state, postalCode] = random.pick(marketplace.places);
  const orderId = orderIdOf(random, marketplace, index);

  return {
    orderId,
    merchantOrderId: random.chance(0.1) ? `SHOP-${index + 1}` : null,
    marketplaceId: marketplace.id,
    purchasedAt,
    updatedAt: wholeSecond(Math.min(purchasedAt + ageOf(random, status), history.end)),
    status,
    // Amazon calls an order unfulfillable only where it ships for another shop.
    fulfilledBy: status === 'UNFULFILLABLE' || random.chance(0.65) ? 'AMAZON' : 'MERCHANT',
    serviceLevel: random.weighted([
      ['STANDARD', 6],
      ['EXPEDITED', 3],
      ['SECOND_DAY', 1],
    ]),
    isBusiness,
    currency: marketplace.currency,
    shipTo: { city, state, postalCode, country: marketplace.country },
    items: generateItems(random, { catalog, marketplace, status, isBusiness, index }),
    published: null,
  };
}

function statusAt(random: Random, age: number): OrderStatus {
  if (age < 10 * DAY)
    return random.weighted([
      ['PENDING', 25],
      ['PENDING_AVAILABILITY', 8],
      ['UNSHIPPED', 25],
      ['PARTIALLY_SHIPPED', 7],
      ['SHIPPED', 30],
      ['CANCELLED', 5],
    ]);
  return random.weighted([
    ['SHIPPED', 900],
    ['CANCELLED', 60],
    ['PARTIALLY_SHIPPED', 10],
    ['UNSHIPPED', 10],
    ['UNFULFILLABLE', 10],
    // A pre-order waits for its release day.
    ['PENDING_AVAILABILITY', 10],
  ]);
}

/** How long after its purchase an order was last updated. */
function ageOf(random: Random, status: OrderStatus): number {
  const pending = status === 'PENDING' || status === 'PENDING_AVAILABILITY';
  return random.next() * (pending ? HOUR : 6 * DAY);
}

function orderIdOf(random: Random, { orderPrefix }: SandboxMarketplace, index: number): string {
  // 7,919 has no factor in common with 10^7, so the last part never repeats.
  const last = (index * 7919 + 1234567) % 10_000_000;
  const middle = random.int(0, 9_999_999);
  return `${orderPrefix}-${String(middle).padStart(7, '0')}-${String(last).padStart(7, '0')}`;
}

interface ItemsPlan {
  catalog: readonly CatalogProduct[];
  marketplace: SandboxMarketplace;
  status: OrderStatus;
  isBusiness: boolean;
  index: number;
}

function generateItems(random: Random, plan: ItemsPlan): SandboxOrderItem[] {
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

function generateAmounts(
  random: Random,
  { marketplace, isBusiness }: ItemsPlan,
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

function wholeSecond(time: number): number {
  return Math.floor(time / 1000) * 1000;
}
