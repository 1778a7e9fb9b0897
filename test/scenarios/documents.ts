import type { Effect } from '../../sandbox/faults';
import type { SandboxSeller } from '../../sandbox/sandbox-seller';
import { expectMatch, expectThat } from './expect-match';
import { type Scenario, SMALL_SELLER } from './scenario';
import type { ScenarioWorld } from './scenario-world';

const CLAIMS_REPORT = 'GET_FBA_REIMBURSEMENTS_DATA';
const RETURNS_REPORT = 'GET_FBA_FULFILLMENT_CUSTOMER_RETURNS_DATA';
const ORDERS_REPORT = 'GET_FLAT_FILE_ALL_ORDERS_DATA_BY_ORDER_DATE_GENERAL';

export const DOCUMENTS: Scenario[] = [
  {
    name: 'document URL expired',
    run: (world) => passing(world, { kind: 'expired_document' }),
  },
  {
    name: 'truncated gzip',
    run: (world) => passing(world, { kind: 'truncated' }),
  },
  {
    name: 'corrupt gzip',
    async run(world) {
      await passing(world, { kind: 'corrupt' });
      // One that is never whole ends its resource alone, and says which request a support case is about.
      world.fault({
        operation: 'download',
        reportType: CLAIMS_REPORT,
        times: null,
        effect: { kind: 'corrupt' },
      });
      const status = await world.sync('full');
      expectMatch(status, {
        status: 'complete',
        partial: true,
        resources: {
          orders: { state: 'complete', error: null },
          claims: { state: 'failed', error: { type: 'malformed_answer' } },
        },
      });
      const { error } = status.resources.claims;
      expectThat(error?.requestId != null, "Amazon's request id in the error", error);
      await world.expectRows();
    },
  },
  {
    name: 'Cp1252',
    given: { sellers: [{ ...SMALL_SELLER, marketplaceIds: ['A1PA6795UKMFR9', 'A13V1IB3VIYZZH'] }] },
    async run(world) {
      retitle(world.seller, ['Käsereibe „Größe 2“ – 5 €', 'Œuf à la coque… n° 4', 'Smörgåsbord ™']);
      await always(world, { kind: 'encoding', charset: 'Cp1252' });
    },
  },
  {
    name: 'Shift_JIS',
    given: { sellers: [{ ...SMALL_SELLER, marketplaceIds: ['A1VC38T7YXB528'] }] },
    async run(world) {
      // The second bytes of ソ, 表 and 能 are those of a backslash; ｶﾅ takes one byte a letter.
      retitle(world.seller, [
        '南部鉄器 急須 0.6L',
        'ソファ 表面 可能',
        'ｶﾅ ワイヤレス充電器 (15W)',
      ]);
      await always(world, { kind: 'encoding', charset: 'Shift_JIS' });
    },
  },
  {
    name: 'comma decimals',
    given: { sellers: [{ ...SMALL_SELLER, marketplaceIds: ['A1PA6795UKMFR9', 'A13V1IB3VIYZZH'] }] },
    run: (world) => always(world, { kind: 'decimal_comma' }),
  },
  {
    name: 'reordered and added columns',
    run: (world) => always(world, { kind: 'columns' }),
  },
];

/** A fault of some downloads of either kind that is gone when they are tried again. */
async function passing(world: ScenarioWorld, effect: Effect): Promise<void> {
  const faults = ([ORDERS_REPORT, CLAIMS_REPORT, RETURNS_REPORT] as const).map((reportType) =>
    world.fault({ operation: 'download', reportType, times: 2, effect }),
  );
  await world.completeSync();
  await world.expectRows();
  for (const fault of faults) expectMatch(fault.hits(), 2, 'hits');
}

/** Every download is so. */
async function always(world: ScenarioWorld, effect: Effect): Promise<void> {
  const fault = world.fault({ operation: 'download', times: null, effect });
  await world.completeSync();
  await world.expectRows();
  expectMatch(fault.hits(), 15, 'downloads');
}

/** Gives the products titles and SKUs that a charset has letters for. */
function retitle(seller: SandboxSeller, titles: readonly string[]): void {
  const titled = <Product extends { sku: string; title: string }>(product: Product): Product => {
    const seed = [...product.sku].reduce((sum, letter) => sum + letter.charCodeAt(0), 0);
    return {
      ...product,
      // Shift_JIS has no umlauts.
      sku: product.sku.replace('Größe', 'Groesse'),
      title: titles[seed % titles.length] ?? product.title,
    };
  };
  seller.orders = seller.orders.map((order) => ({
    ...order,
    items: order.items.map((item) => ({ ...item, product: titled(item.product) })),
  }));
  seller.inventory = seller.inventory.map((stock) => ({
    ...stock,
    product: titled(stock.product),
  }));
  seller.claims = seller.claims.map((claim) => ({ ...claim, product: titled(claim.product) }));
  seller.returns = seller.returns.map((one) => ({ ...one, product: titled(one.product) }));
}
