import { generateCatalog } from './generate-catalog';
import { generateClaims } from './generate-claims';
import { generateInventory } from './generate-inventory';
import { generateOrders } from './generate-orders';
import { marketplaceOf } from './marketplaces';
import type { SandboxSeller } from './sandbox-seller';

export interface SellerSize {
  orders: number;
  skus: number;
  claims: number;
}

export interface GeneratedSellerSpec {
  kind: 'generated';
  seed: number;
  /** Default: 2,000 orders, 300 SKUs, 150 claims. */
  size?: SellerSize;
  sellerId?: string;
  refreshToken?: string;
  /** The day up to which it has a history, epoch milliseconds. Default: when the sandbox starts. */
  anchor?: number;
  /** Of one region. Default: the US, Canada and Mexico. */
  marketplaceIds?: string[];
}

export const DEFAULT_SIZE: SellerSize = { orders: 2000, skus: 300, claims: 150 };
const DEFAULT_MARKETPLACES = ['ATVPDKIKX0DER', 'A2EUQ1WTGCTBG2', 'A1AM78C64UM0Y8'];

const DAY = 86_400_000;

/**
 * A seller with twelve months of history that ends with the day before `now`. A pure function: the same seed,
 * size and day give the same seller.
 */
export function generateSeller(spec: GeneratedSellerSpec, now: number): SandboxSeller {
  const size = spec.size ?? DEFAULT_SIZE;
  const marketplaces = (spec.marketplaceIds ?? DEFAULT_MARKETPLACES).map(marketplaceOf);
  const region = marketplaces[0]?.region;
  if (!region || marketplaces.some((marketplace) => marketplace.region !== region))
    throw new Error('A seller needs marketplaces, all of one region');

  // Whoever asks for the 365 days before any moment of the day gets all of the history: it begins a day late
  // and ends ten minutes early, since a search sees nothing of the last two minutes.
  const midnight = Math.floor(now / DAY) * DAY;
  const history = { start: midnight - 363 * DAY, end: midnight - 600_000 };

  const { seed } = spec;
  const catalog = generateCatalog(seed, size.skus);
  const orders = generateOrders({ seed, count: size.orders, catalog, marketplaces, history });
  return {
    sellerId: spec.sellerId ?? `A${seed.toString(36).toUpperCase().padStart(13, 'SANDBOXSELLER')}`,
    refreshToken: spec.refreshToken ?? `Atzr|sandbox-seller-${seed}`,
    region,
    marketplaceIds: marketplaces.map(({ id }) => id),
    orders,
    inventory: generateInventory({ seed, catalog, marketplaces, history }),
    claims: generateClaims({ seed, count: size.claims, catalog, orders, history }),
  };
}
