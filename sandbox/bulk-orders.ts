import { generateAmounts } from './generate-items';
import { wholeSecond } from './generate-orders';
import { marketplaceOf } from './marketplaces';
import { createRandom } from './random';
import type { SandboxOrder, SandboxOrderItem, SandboxSeller } from './sandbox-seller';

/** How orders made in bulk begin: no marketplace uses it, so they never meet another order. */
const ORDER_PREFIX = '999';
const DAY = 86_400_000;

/**
 * The orders made in bulk, in ascending order of their ids, which is that of their purchase; none without bulk.
 * Each is made when it is taken and kept by nobody. Every fourth has two items: 800,000 orders are 1,000,000 rows
 * of a report. All are of the home marketplace; order reports have them, searches do not.
 */
export function* bulkOrders(seller: SandboxSeller): Generator<SandboxOrder> {
  yield* slice(seller, 0, seller.bulk?.orders ?? 0);
}

/** Those whose purchase or last update lies in [from, to), epoch milliseconds. */
export function* bulkOrdersWithin(
  seller: SandboxSeller,
  time: 'purchasedAt' | 'updatedAt',
  from: number,
  to: number,
): Generator<SandboxOrder> {
  const timeAt = (index: number) => timesOf(seller, index)[time];
  const count = seller.bulk?.orders ?? 0;
  yield* slice(seller, firstAtOrAfter(from, count, timeAt), firstAtOrAfter(to, count, timeAt));
}

/** Both times rise with the index, so the first one is found by halving. */
function firstAtOrAfter(time: number, count: number, timeAt: (index: number) => number): number {
  let low = 0;
  let high = count;
  while (low < high) {
    const middle = Math.floor((low + high) / 2);
    if (timeAt(middle) < time) low = middle + 1;
    else high = middle;
  }
  return low;
}

function timesOf({ bulk }: SandboxSeller, index: number) {
  if (!bulk) return { purchasedAt: 0, updatedAt: 0 };
  const { from, to, orders } = bulk;
  const purchasedAt = wholeSecond(from + (index / orders) * (to - from));
  // Nothing is updated after the end, so that it may be the present.
  return {
    purchasedAt,
    updatedAt: Math.max(purchasedAt, Math.min(purchasedAt + DAY, wholeSecond(to))),
  };
}

function* slice(seller: SandboxSeller, first: number, end: number): Generator<SandboxOrder> {
  const { bulk, catalog } = seller;
  const [marketplaceId] = seller.marketplaceIds;
  if (!bulk || marketplaceId === undefined) return;
  const marketplace = marketplaceOf(marketplaceId);
  const [city, state, postalCode] = marketplace.places[0] ?? ['', '', ''];
  const shipTo = { city, state, postalCode, country: marketplace.country };

  for (let index = first; index < end; index++) {
    const random = createRandom(`${bulk.seed}/bulk/${index}`);
    const isBusiness = random.chance(0.08);
    const lineOf = (position: number): SandboxOrderItem => {
      const product = random.pick(catalog);
      const quantity = random.int(1, 3);
      return {
        orderItemId: String(90_000_000_000_000 + index * 10 + position),
        product,
        quantity,
        quantityShipped: quantity,
        isCancelled: false,
        amounts: generateAmounts(random, { marketplace, isBusiness }, product, quantity, false),
      };
    };
    const digits = String(index).padStart(14, '0');
    yield {
      orderId: `${ORDER_PREFIX}-${digits.slice(0, 7)}-${digits.slice(7)}`,
      merchantOrderId: null,
      marketplaceId,
      ...timesOf(seller, index),
      status: 'SHIPPED',
      fulfilledBy: random.chance(0.65) ? 'AMAZON' : 'MERCHANT',
      serviceLevel: 'STANDARD',
      isBusiness,
      currency: marketplace.currency,
      shipTo,
      items: index % 4 === 0 ? [lineOf(0), lineOf(1)] : [lineOf(0)],
      published: null,
    };
  }
}
