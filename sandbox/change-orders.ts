import { generateAmounts } from './generate-items';
import { orderOf, pickMarketplace } from './generate-orders';
import { marketplaceOf } from './marketplaces';
import type { Random } from './random';
import { Refusal } from './refusal';
import type { OrderStatus, SandboxOrder, SandboxOrderItem, SandboxSeller } from './sandbox-seller';

/** To whom a change happens, and when (epoch milliseconds of a whole second). */
export interface Occasion {
  readonly seller: SandboxSeller;
  readonly at: number;
  readonly random: Random;
}

const PENDING: readonly string[] = ['PENDING', 'PENDING_AVAILABILITY'];
/** First those that can still move on. */
const MOVING: readonly string[] = ['PARTIALLY_SHIPPED', 'UNSHIPPED', 'SHIPPED'];

/** What is not shipped is now; a shipped order is only touched, as Amazon does when a parcel's course changes. */
export function updateOrders(occasion: Occasion, count: number): string[] {
  return changeNewest(occasion, count, MOVING, (order) => ({
    ...order,
    status: 'SHIPPED',
    items: order.items.map((item) => ({ ...item, quantityShipped: item.quantity })),
  }));
}

/** Before payment Amazon forgets quantity and prices; later it keeps them. */
export function cancelOrders(occasion: Occasion, count: number): string[] {
  return changeNewest(occasion, count, ['UNSHIPPED', ...PENDING], (order) => ({
    ...order,
    status: 'CANCELLED',
    items: order.items.map((item) => ({
      ...item,
      quantity: item.amounts ? item.quantity : 0,
      isCancelled: true,
    })),
  }));
}

export function priceOrders(occasion: Occasion, count: number): string[] {
  const { seller, random } = occasion;
  return changeNewest(occasion, count, PENDING, (order) => ({
    ...order,
    status: 'UNSHIPPED',
    items: order.items.map((item): SandboxOrderItem => {
      const product = seller.catalog.find(({ sku }) => sku === item.product.sku);
      if (!product) throw new Refusal(`Nothing says what ${item.product.sku} costs`);
      const plan = {
        marketplace: marketplaceOf(order.marketplaceId),
        isBusiness: order.isBusiness,
      };
      return { ...item, amounts: generateAmounts(random, plan, product, item.quantity, false) };
    }),
  }));
}

export function renameStatus(occasion: Occasion, count: number, status: string): string[] {
  return changeNewest(occasion, count, ['UNSHIPPED', ...PENDING, 'SHIPPED'], (order) => ({
    ...order,
    status,
  }));
}

export function addOrders(
  { seller, at, random }: Occasion,
  count: number,
  status: OrderStatus,
): string[] {
  const { catalog } = seller;
  if (catalog.length === 0) throw new Refusal(`${seller.sellerId} has no products to sell`);
  const marketplaces = seller.marketplaceIds.map(marketplaceOf);
  const added = Array.from({ length: count }, (_, number): SandboxOrder => {
    const marketplace = pickMarketplace(random, marketplaces);
    // Orders never leave the list, so its length has not been anybody's index yet.
    const index = seller.orders.length + number;
    return orderOf(random, { catalog, marketplace, status, index, purchasedAt: at }, at);
  });
  seller.orders.push(...added);
  return added.map(({ orderId }) => orderId);
}

/**
 * Changes those orders of the statuses that were updated last before `at`, the first status first. One that was
 * updated later is left alone: its row would rightly win over the change.
 */
function changeNewest(
  { seller, at }: Occasion,
  count: number,
  statuses: readonly string[],
  change: (order: SandboxOrder) => SandboxOrder,
): string[] {
  const found = [...seller.orders.entries()]
    .filter(([, order]) => statuses.includes(order.status) && order.updatedAt < at)
    .sort(
      ([, a], [, b]) =>
        statuses.indexOf(a.status) - statuses.indexOf(b.status) || b.updatedAt - a.updatedAt,
    )
    .slice(0, count);
  if (found.length < count)
    throw new Refusal(
      `Of ${count} orders there are only ${found.length} that are ${statuses.join(' or ')} and were last updated before ${new Date(at).toISOString()}`,
    );
  // An order that Amazon published stands as it was published only until it changes.
  for (const [position, order] of found)
    seller.orders[position] = { ...change(order), updatedAt: at, published: null };
  return found.map(([, { orderId }]) => orderId);
}
