import { storedRows } from '../../dev/stored-rows';
import { expectMatch, expectThat } from './expect-match';
import { PAGED_SELLER, type Scenario } from './scenario';

const HOME = 'ATVPDKIKX0DER';

export const INVENTORY: Scenario[] = [
  {
    name: 'SKU removed and returned',
    async run(world) {
      await world.completeSync();
      const before = world.seller.inventory.length;
      world.change({ kind: 'remove_skus', count: 5 });
      const status = await world.completeSync();
      expectThat(world.seller.inventory.length <= before - 5, 'removed SKUs');
      expectMatch(status.inventoryCount, world.seller.inventory.length, 'inventoryCount');
      await world.expectRows();
      world.change({ kind: 'return_skus' });
      await world.completeSync();
      expectMatch(world.seller.inventory.length, before, 'stock');
      await world.expectRows();
    },
  },
  {
    name: 'inventory token expired mid-scan',
    given: { sellers: [PAGED_SELLER], clockSpeed: 100 },
    async run(world) {
      const fault = world.fault({
        operation: 'getInventorySummaries',
        marketplaceId: HOME,
        // Only calls with a token count: the first two pages after the first are in.
        after: 2,
        effect: { kind: 'expired_page_token' },
      });
      await world.completeSync();
      await world.expectRows();
      expectMatch(fault.hits(), 1, 'expired tokens');
    },
  },
  {
    name: 'inventory scan failing half-way',
    given: { sellers: [PAGED_SELLER] },
    async run(world) {
      await world.completeSync();
      world.change({ kind: 'remove_skus', count: 8 });
      const shown = await stockOf(world);
      world.fault({
        operation: 'getInventorySummaries',
        marketplaceId: HOME,
        after: 2,
        times: null,
        effect: { kind: 'status', status: 500 },
      });
      const status = await world.sync();
      // The other marketplaces were scanned whole.
      expectMatch(status, {
        status: 'complete',
        partial: true,
        resources: {
          orders: { state: 'complete', error: null },
          inventory: { state: 'complete', error: { type: 'amazon_unavailable' } },
        },
      });
      expectMatch(await stockOf(world), shown, 'stock of the marketplace whose scan broke off');
      world.sandbox.clearFaults();
      await world.completeSync();
      await world.expectRows();
      expectThat((await stockOf(world)).length === shown.length - 8, 'the removed SKUs to be gone');
    },
  },
  {
    name: 'lastUpdatedTime empty',
    async run(world) {
      world.change({ kind: 'blank_updated_times', count: 10 });
      await world.completeSync();
      await world.expectRows();
      world.change({ kind: 'change_stock', count: 20 }, { kind: 'blank_updated_times', count: 25 });
      await world.completeSync();
      await world.expectRows();
      const { inventory } = await storedRows(world.service.db, world.user.userId);
      const blank = inventory.filter(({ lastUpdated }) => lastUpdated === null);
      expectThat(blank.length >= 25, 'stock without a time', blank.length);
    },
  },
];

/** The SKUs that are shown for the marketplace with several pages. */
async function stockOf({ service, user }: Parameters<Scenario['run']>[0]): Promise<string[]> {
  const { inventory } = await storedRows(service.db, user.userId);
  return inventory
    .flatMap(({ marketplaceId, sku }) => (marketplaceId === HOME ? [sku] : []))
    .sort();
}
