import type { Occasion } from './change-orders';
import { Refusal } from './refusal';
import type { SandboxInventory, SandboxSeller } from './sandbox-seller';

/** What happens to a seller's stock, always to a SKU in all its marketplaces. Each answers the SKUs. */
export interface InventoryChanges {
  remove(occasion: Occasion, count: number): string[];
  giveBack(occasion: Occasion): string[];
  change(occasion: Occasion, count: number): string[];
  blankTimes(occasion: Occasion, count: number): string[];
}

export function createInventoryChanges(): InventoryChanges {
  /** By seller id, what was removed. */
  const removed = new Map<string, SandboxInventory[]>();

  return {
    remove(occasion, count) {
      const { seller } = occasion;
      const skus = pickSkus(occasion, count, () => true);
      const gone = seller.inventory.filter(({ product }) => skus.has(product.sku));
      seller.inventory = seller.inventory.filter(({ product }) => !skus.has(product.sku));
      removed.set(seller.sellerId, [...(removed.get(seller.sellerId) ?? []), ...gone]);
      return [...skus];
    },
    giveBack({ seller }) {
      const back = removed.get(seller.sellerId) ?? [];
      if (back.length === 0) throw new Refusal('No SKU was removed');
      removed.delete(seller.sellerId);
      seller.inventory = [...seller.inventory, ...back];
      return [...new Set(back.map(({ product }) => product.sku))];
    },
    change(occasion, count) {
      const skus = pickSkus(occasion, count, () => true);
      return replace(occasion.seller, skus, (stock) => ({
        ...stock,
        fulfillable: stock.fulfillable + occasion.random.int(1, 50),
        updatedAt: occasion.at,
      }));
    },
    blankTimes(occasion, count) {
      const skus = pickSkus(occasion, count, ({ updatedAt }) => updatedAt !== null);
      return replace(occasion.seller, skus, (stock) => ({ ...stock, updatedAt: null }));
    },
  };
}

function pickSkus(
  { seller, random }: Occasion,
  count: number,
  fits: (stock: SandboxInventory) => boolean,
): Set<string> {
  const left = [...new Set(seller.inventory.filter(fits).map(({ product }) => product.sku))];
  if (left.length < count)
    throw new Refusal(`Of ${count} SKUs there are only ${left.length} that can change so`);
  const picked = new Set<string>();
  while (picked.size < count)
    for (const sku of left.splice(random.int(0, left.length - 1), 1)) picked.add(sku);
  return picked;
}

function replace(
  seller: SandboxSeller,
  skus: ReadonlySet<string>,
  change: (stock: SandboxInventory) => SandboxInventory,
): string[] {
  seller.inventory = seller.inventory.map((stock) =>
    skus.has(stock.product.sku) ? change(stock) : stock,
  );
  return [...skus];
}
