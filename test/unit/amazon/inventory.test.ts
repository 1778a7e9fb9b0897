import { errorOf, type LocalAmazon, never, sendJson, startLocalAmazon } from './local-amazon';

let local: LocalAmazon;
let body: unknown;
beforeEach(async () => {
  local = await startLocalAmazon({ api: (_, response) => sendJson(response, 200, body) });
});
afterEach(() => local.close());

const SUMMARY = {
  asin: 'B000000001',
  fnSku: 'X000000001',
  sellerSku: 'POT/5 +',
  condition: 'NewItem',
  inventoryDetails: {
    fulfillableQuantity: 1,
    inboundWorkingQuantity: 2,
    inboundShippedQuantity: 3,
    inboundReceivingQuantity: 4,
    reservedQuantity: { totalReservedQuantity: 5 },
    researchingQuantity: { totalResearchingQuantity: 6, researchingQuantityBreakdown: [] },
    unfulfillableQuantity: { totalUnfulfillableQuantity: 7 },
  },
  lastUpdatedTime: '2025-11-01T00:00:00Z',
  productName: 'Plant pot',
  totalQuantity: 28,
};
const pageOf = (...inventorySummaries: unknown[]) => ({
  payload: { granularity: {}, inventorySummaries },
});

test('a page is asked for with details, and gives its items and token', async () => {
  body = { ...pageOf(SUMMARY), pagination: { nextToken: 'next' } };
  const page = await local.seller.inventoryPage({ marketplaceId: 'M', nextToken: 'a+b' }, never());
  expect(page).toEqual({
    nextToken: 'next',
    items: [
      {
        sku: 'POT/5 +',
        fnsku: 'X000000001',
        asin: 'B000000001',
        title: 'Plant pot',
        condition: 'NewItem',
        fulfillable: 1,
        inboundWorking: 2,
        inboundShipped: 3,
        inboundReceiving: 4,
        reserved: 5,
        researching: 6,
        unfulfillable: 7,
        total: 28,
        lastUpdated: '2025-11-01T00:00:00.000Z',
      },
    ],
  });
  expect(Object.fromEntries(local.requests[0]?.query ?? [])).toEqual({
    granularityType: 'Marketplace',
    granularityId: 'M',
    marketplaceIds: 'M',
    details: 'true',
    nextToken: 'a+b',
  });
});

test('empty texts are null, and quantities that Amazon leaves out are none', async () => {
  const bare = {
    sellerSku: 'S',
    fnSku: '',
    lastUpdatedTime: '',
    totalQuantity: 0,
    inventoryDetails: {},
  };
  body = pageOf(bare);
  const { items, nextToken } = await local.seller.inventoryPage({ marketplaceId: 'M' }, never());
  expect(items).toMatchObject([
    { sku: 'S', fnsku: null, lastUpdated: null, reserved: 0, total: 0 },
  ]);
  expect(nextToken).toBeNull();
});

test.each([
  ['without details', { ...SUMMARY, inventoryDetails: undefined }],
  ['without a SKU', { ...SUMMARY, sellerSku: '' }],
])('a summary %s is malformed rather than an empty stock', async (_, summary) => {
  body = pageOf(summary);
  const error = await errorOf(local.seller.inventoryPage({ marketplaceId: 'M' }, never()));
  expect(error).toMatchObject({ name: 'MalformedAnswer' });
});
