import { createRandom } from '../../sandbox/random';

export interface Seller {
  /** Counts from 0; the user's key is `user-<index>`. */
  index: number;
  ordersPerDay: number;
  /** SKUs in stock in each marketplace. */
  stock: number;
  marketplaces: number;
  claimsPerDay: number;
  returnsPerDay: number;
}

/**
 * Sellers as they may be: half sell up to 20 orders a day and one in a hundred a thousand or more, which makes 80 on
 * average; half have up to 50 SKUs. Nobody publishes this: put in what your own sellers are.
 */
export function createSellers(count: number, seed: string): Seller[] {
  const random = createRandom(`${seed}/sellers`);
  /** Log-normal: half are below the median, one in a hundred `spread` times it or more. */
  const skewed = (median: number, spread: number, most: number) => {
    const normal =
      Math.sqrt(-2 * Math.log(1 - random.next())) * Math.cos(2 * Math.PI * random.next());
    return Math.min(most, median * spread ** (normal / 2.326));
  };
  return Array.from({ length: count }, (_, index) => {
    const ordersPerDay = skewed(20, 50, 20_000);
    return {
      index,
      ordersPerDay,
      stock: Math.round(skewed(50, 40, 20_000)),
      marketplaces: random.weighted([
        [1, 60],
        [3, 30],
        [8, 10],
      ]),
      // One unit in a hundred is lost or damaged in a warehouse.
      claimsPerDay: ordersPerDay / 100,
      // One in twelve comes back.
      returnsPerDay: ordersPerDay / 12,
    };
  });
}
