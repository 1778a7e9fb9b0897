import { z } from 'zod';
import { type Sandbox, startSandbox } from '../../../sandbox/sandbox';
import { connect, INVENTORY, type SandboxReply, US, until } from './sandbox-client';

const Page = z.object({
  payload: z.object({ inventorySummaries: z.array(z.looseObject({ sellerSku: z.string() })) }),
  pagination: z.object({ nextToken: z.string() }).optional(),
});

let sandbox: Sandbox;
afterEach(() => sandbox.close());

async function scanner(clockSpeed: number) {
  sandbox = await startSandbox({
    clockSpeed,
    sellers: [{ kind: 'generated', seed: 3, size: { orders: 0, skus: 120, claims: 0 } }],
  });
  const client = await connect(sandbox);
  const query = { granularityType: 'Marketplace', granularityId: US, marketplaceIds: US };
  const page = (more: Record<string, string> = {}): Promise<SandboxReply> =>
    until(async () => {
      const reply = await client.get(INVENTORY, { ...query, details: 'true', ...more });
      return reply.status === 429 ? null : reply;
    });
  return page;
}

test('a full scan gives every SKU of the marketplace once, fifty a page', async () => {
  const page = await scanner(1);
  const first = Page.parse((await page()).body);
  const second = Page.parse((await page({ nextToken: first.pagination?.nextToken ?? '' })).body);
  const third = Page.parse((await page({ nextToken: second.pagination?.nextToken ?? '' })).body);
  const found = [first, second, third].map(({ payload }) => payload.inventorySummaries);
  expect(found.map((summaries) => summaries.length)).toEqual([50, 50, 20]);
  expect(third.pagination).toBeUndefined();
  const skus = new Set(found.flat().map(({ sellerSku }) => sellerSku));
  expect(skus).toEqual(
    new Set(
      sandbox.sellers[0]?.inventory
        .filter(({ marketplaceId }) => marketplaceId === US)
        .map(({ product }) => product.sku),
    ),
  );
});

test('a nextToken is refused once 30 seconds have passed', async () => {
  const page = await scanner(300);
  const nextToken = Page.parse((await page()).body).pagination?.nextToken ?? '';
  const refused = await until(async () => {
    const reply = await page({ nextToken });
    return reply.status === 400 ? reply : null;
  });
  expect(refused.body).toMatchObject({ errors: [{ code: 'InvalidInput' }] });
});

test('details come only when they are asked for, and a SKU can be asked for alone', async () => {
  const page = await scanner(300);
  const sellerSkus = sandbox.sellers[0]?.inventory[7]?.product.sku ?? '';
  const { payload } = Page.parse((await page({ sellerSkus, details: 'false' })).body);
  expect(payload.inventorySummaries).toEqual([
    expect.not.objectContaining({ inventoryDetails: expect.anything() }),
  ]);
  expect(payload.inventorySummaries[0]?.sellerSku).toBe(sellerSkus);
});

test('granularity and marketplace must be the same', async () => {
  const page = await scanner(300);
  expect((await page({ granularityId: 'A2EUQ1WTGCTBG2' })).status).toBe(400);
});
