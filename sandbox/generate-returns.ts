import type { History } from './history';
import { createRandom, type Random } from './random';
import type { CatalogProduct, SandboxOrder, SandboxReturn } from './sandbox-seller';

export interface ReturnsPlan {
  seed: number;
  count: number;
  catalog: readonly CatalogProduct[];
  orders: readonly SandboxOrder[];
  history: History;
}

const REASONS = [
  'UNWANTED_ITEM',
  'DEFECTIVE',
  'NOT_AS_DESCRIBED',
  'ORDERED_WRONG_ITEM',
  'MISSED_ESTIMATED_DELIVERY',
] as const;
const DISPOSITIONS = ['SELLABLE', 'CUSTOMER_DAMAGED', 'DEFECTIVE', 'CARRIER_DAMAGED'] as const;
const CENTERS = ['LEX2', 'PHX6', 'IND8', 'TEB9'] as const;

/** Returns, oldest first: of some orders several units come back at once, a few in lines that are equal in all. */
export function generateReturns(plan: ReturnsPlan): SandboxReturn[] {
  const random = createRandom(`${plan.seed}/returns`);
  const returns: SandboxReturn[] = [];
  const span = plan.history.end - plan.history.start;
  for (let index = 0; index < plan.count; index++) {
    const moment = plan.history.start + ((index + random.next()) / plan.count) * span;
    const one = generateReturn(random, plan, index, Math.floor(moment / 1000) * 1000);
    const before = returns.at(-1);
    const kind = random.weighted([
      ['new', 85],
      ['another unit', 10],
      ['same line again', 5],
    ] as const);
    if (!before || kind === 'new') returns.push(one);
    else if (kind === 'same line again') returns.push({ ...before });
    else
      returns.push({
        ...before,
        disposition: one.disposition,
        status: one.status,
        licensePlateNumber: one.licensePlateNumber,
      });
  }
  return returns.sort((a, b) => a.returnedAt - b.returnedAt);
}

/** One unit that came back, with what its buyer had to say. */
export function generateReturn(
  random: Random,
  { catalog, orders }: Pick<ReturnsPlan, 'catalog' | 'orders'>,
  index: number,
  returnedAt: number,
): SandboxReturn {
  const { sku, fnsku, asin, title } = random.pick(catalog);
  const order = orders.length > 0 ? random.pick(orders) : null;
  const disposition = random.pick(DISPOSITIONS);
  return {
    returnedAt,
    orderId: order?.orderId ?? `111-${1_000_000 + index}-${1_000_000 + random.int(0, 999_999)}`,
    product: { sku, fnsku, asin, title },
    quantity: random.weighted([
      [1, 95],
      [2, 5],
    ]),
    fulfillmentCenterId: random.pick(CENTERS),
    disposition,
    reason: random.pick(REASONS),
    status: disposition === 'SELLABLE' ? 'Unit returned to inventory' : null,
    // Not every line has one.
    licensePlateNumber: random.chance(0.9) ? `LPNRR${String(100_000_000 + index)}` : null,
    comments: random.chance(0.3)
      ? 'Call me, Jane Doe, at 555-0100\tor write to jane@example.com'
      : null,
  };
}
