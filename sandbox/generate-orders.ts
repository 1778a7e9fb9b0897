import { generateItems } from './generate-items';
import type { History } from './history';
import type { SandboxMarketplace } from './marketplaces';
import { createRandom, type Random } from './random';
import type { CatalogProduct, OrderStatus, SandboxOrder } from './sandbox-seller';

export interface OrdersPlan {
  seed: number;
  count: number;
  catalog: readonly CatalogProduct[];
  marketplaces: readonly SandboxMarketplace[];
  history: History;
}

export interface OrderPlan {
  catalog: readonly CatalogProduct[];
  marketplace: SandboxMarketplace;
  status: OrderStatus;
  /** What makes the ids of the order and its items unique, below ten million. */
  index: number;
  purchasedAt: number;
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
  const marketplace = pickMarketplace(random, marketplaces);
  const status = statusAt(random, history.end - purchasedAt);
  const order = { catalog, marketplace, status, index, purchasedAt };
  return orderOf(random, order, history.end);
}

/** The last update lies between the purchase and `newest`, epoch milliseconds. */
export function orderOf(
  random: Random,
  { catalog, marketplace, status, index, purchasedAt }: OrderPlan,
  newest: number,
): SandboxOrder {
  const isBusiness = random.chance(0.08);
  const [city, state, postalCode] = random.pick(marketplace.places);
  const orderId = orderIdOf(random, marketplace, index);

  return {
    orderId,
    merchantOrderId: random.chance(0.1) ? `SHOP-${index + 1}` : null,
    marketplaceId: marketplace.id,
    purchasedAt,
    updatedAt: wholeSecond(Math.min(purchasedAt + ageOf(random, status), newest)),
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

/** The first marketplace is the seller's home, where most is sold. */
export function pickMarketplace(
  random: Random,
  marketplaces: readonly SandboxMarketplace[],
): SandboxMarketplace {
  return random.weighted(
    marketplaces.map((one, position) => [one, position === 0 ? 6 : 2] as const),
  );
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

/** Unique for indexes up to ten million. */
function orderIdOf(random: Random, { orderPrefix }: SandboxMarketplace, index: number): string {
  // 7,919 has no factor in common with 10^7, so the last part never repeats.
  const last = (index * 7919 + 1234567) % 10_000_000;
  const middle = random.int(0, 9_999_999);
  return `${orderPrefix}-${String(middle).padStart(7, '0')}-${String(last).padStart(7, '0')}`;
}

/** Amazon's times have no fractions of a second. */
export function wholeSecond(time: number): number {
  return Math.floor(time / 1000) * 1000;
}
