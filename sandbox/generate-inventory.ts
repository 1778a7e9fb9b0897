import type { History } from './history';
import type { SandboxMarketplace } from './marketplaces';
import { createRandom, type Random } from './random';
import type { CatalogProduct, SandboxInventory } from './sandbox-seller';

export interface InventoryPlan {
  seed: number;
  catalog: readonly CatalogProduct[];
  marketplaces: readonly SandboxMarketplace[];
  history: History;
}

/** The home marketplace stocks every SKU, the others a part of them. */
export function generateInventory(plan: InventoryPlan): SandboxInventory[] {
  return plan.marketplaces.flatMap((marketplace, position) => {
    const random = createRandom(`${plan.seed}/inventory/${marketplace.id}`);
    return plan.catalog
      .filter(() => position === 0 || random.chance(0.3))
      .map((product) => stockOf(random, product, marketplace, plan.history));
  });
}

function stockOf(
  random: Random,
  { sku, fnsku, asin, title }: CatalogProduct,
  marketplace: SandboxMarketplace,
  history: History,
): SandboxInventory {
  const some = (probability: number, most: number) =>
    random.chance(probability) ? random.int(1, most) : 0;
  const soldOut = random.chance(0.15);
  const updatedAt = history.start + random.next() * (history.end - history.start);
  return {
    marketplaceId: marketplace.id,
    product: { sku, fnsku, asin, title },
    condition: random.weighted([
      ['NewItem', 95],
      ['UsedVeryGood', 5],
    ]),
    fulfillable: soldOut ? 0 : random.int(1, 400),
    inboundWorking: some(0.1, 50),
    inboundShipped: some(0.15, 100),
    inboundReceiving: some(0.1, 60),
    reserved: {
      customerOrders: soldOut ? 0 : some(0.4, 12),
      transshipment: soldOut ? 0 : some(0.2, 20),
      processing: soldOut ? 0 : some(0.1, 8),
    },
    unfulfillable: { customerDamaged: some(0.1, 4), defective: some(0.05, 3) },
    researching: some(0.05, 2),
    updatedAt: random.chance(0.05) ? null : Math.floor(updatedAt / 1000) * 1000,
  };
}
