import { z } from 'zod';
import { Charset } from './charsets';
import { generateCatalog } from './generate-catalog';
import { generateClaims } from './generate-claims';
import { generateInventory } from './generate-inventory';
import { generateOrders } from './generate-orders';
import { generateReturns } from './generate-returns';
import { marketplaceOf } from './marketplaces';
import { Refusal } from './refusal';
import type { SandboxSeller } from './sandbox-seller';

export const SellerSize = z.strictObject({
  orders: z.int().nonnegative(),
  skus: z.int().nonnegative(),
  claims: z.int().nonnegative(),
  /** Default: as many as claims. */
  returns: z.int().nonnegative().optional(),
});
export type SellerSize = z.infer<typeof SellerSize>;

export const GeneratedSellerSpec = z.strictObject({
  kind: z.literal('generated'),
  seed: z.int(),
  /** Default: 2,000 orders, 300 SKUs, 150 claims, 120 returns. */
  size: SellerSize.optional(),
  sellerId: z.string().min(1).optional(),
  refreshToken: z.string().min(1).optional(),
  /** The day up to which it has a history, epoch milliseconds. Default: when the seller is added. */
  anchor: z.number().optional(),
  /** Of one region. Default: the US, Canada and Mexico. */
  marketplaceIds: z.array(z.string().min(1)).min(1).optional(),
  /** Makes every title and SKU such that it can be written in this charset. Default: all of Unicode. */
  charset: Charset.optional(),
  /**
   * So many orders more, purchased evenly between two epoch milliseconds in the home marketplace, that exist only
   * as a function of their index: order reports have them, searches and `expectedRows` do not.
   */
  bulk: z
    .strictObject({ orders: z.int().positive(), from: z.number(), to: z.number() })
    .refine(({ from, to }) => from < to, { error: 'from must be before to' })
    .optional(),
});
export type GeneratedSellerSpec = z.infer<typeof GeneratedSellerSpec>;

export const DEFAULT_SIZE: SellerSize = { orders: 2000, skus: 300, claims: 150, returns: 120 };
const DEFAULT_MARKETPLACES = ['ATVPDKIKX0DER', 'A2EUQ1WTGCTBG2', 'A1AM78C64UM0Y8'];

const HOUR = 3_600_000;
const DAY = 24 * HOUR;

/**
 * A seller with twelve months of history that ends with the day before `now`. A pure function: the same seed,
 * size and day give the same seller.
 */
export function generateSeller(spec: GeneratedSellerSpec, now: number): SandboxSeller {
  const size = spec.size ?? DEFAULT_SIZE;
  const marketplaces = (spec.marketplaceIds ?? DEFAULT_MARKETPLACES).map(marketplaceOf);
  const region = marketplaces[0]?.region;
  if (!region || marketplaces.some((marketplace) => marketplace.region !== region))
    throw new Refusal('A seller needs marketplaces, all of one region');

  // Whoever asks for the 365 days before any moment of the day gets all of the history, which begins a day late;
  // and whoever asks again for the last hours finds nothing new in them, even just after midnight. The service
  // looks back 130 minutes at most: reports end with the last whole hour, ten minutes after it, and a search
  // begins an hour before.
  const midnight = Math.floor(now / DAY) * DAY;
  const history = { start: midnight - 363 * DAY, end: midnight - 3 * HOUR };

  const { seed } = spec;
  const { returns = size.claims } = size;
  if (size.skus === 0 && (size.orders > 0 || size.claims > 0 || returns > 0 || spec.bulk))
    throw new Refusal('A seller without SKUs has neither orders, claims nor returns');
  const catalog = generateCatalog({ seed, count: size.skus, charset: spec.charset });
  const orders = generateOrders({ seed, count: size.orders, catalog, marketplaces, history });
  return {
    sellerId: spec.sellerId ?? sellerIdOf(seed),
    refreshToken: spec.refreshToken ?? `Atzr|sandbox-seller-${seed}`,
    region,
    marketplaceIds: marketplaces.map(({ id }) => id),
    orders,
    inventory: generateInventory({ seed, catalog, marketplaces, history }),
    claims: generateClaims({ seed, count: size.claims, catalog, orders, history }),
    returns: generateReturns({ seed, count: returns, catalog, orders, history }),
    catalog,
    bulk: spec.bulk ? { seed, ...spec.bulk } : null,
  };
}

/** Of each seed another: not filled up to a length, which letters of a seed could look like a part of. */
function sellerIdOf(seed: number): string {
  return `ASANDBOXSELLER${seed.toString(36).toUpperCase()}`;
}
