import { expectedRows } from '../../../sandbox/expected-rows';
import { generateSeller } from '../../../sandbox/generate-seller';
import { ORDER_STATUSES } from '../../../sandbox/sandbox-seller';

const MORNING = Date.parse('2025-06-15T06:00:00Z');
const EVENING = Date.parse('2025-06-15T23:59:59Z');
const seller = generateSeller({ kind: 'generated', seed: 42 }, MORNING);
const { orders, inventory, claims } = seller;
const items = orders.flatMap((order) => order.items.map((item) => ({ order, item })));

test('one seed, size and day always give the same seller, another seed another one', () => {
  expect(generateSeller({ kind: 'generated', seed: 42 }, EVENING)).toEqual(seller);
  const other = generateSeller({ kind: 'generated', seed: 43 }, MORNING);
  expect(other.sellerId).not.toBe(seller.sellerId);
  expect(other.orders).not.toEqual(orders);
  expect(other.inventory).not.toEqual(inventory);
  expect(other.claims).not.toEqual(claims);
});

test('no two seeds have one seller id', () => {
  const size = { orders: 0, skus: 0, claims: 0 };
  const ids = Array.from(
    { length: 2_000 },
    (_, seed) => generateSeller({ kind: 'generated', seed, size }, MORNING).sellerId,
  );
  expect(new Set(ids).size).toBe(2_000);
});

test('the size option sets what there is', () => {
  const size = { orders: 12, skus: 7, claims: 9 };
  const small = generateSeller({ kind: 'generated', seed: 42, size }, MORNING);
  expect(small.orders).toHaveLength(12);
  expect(new Set(small.inventory.map(({ product }) => product.sku)).size).toBe(7);
  expect(small.claims).toHaveLength(9);
});

test('order ids are unique', () => {
  expect(new Set(orders.map(({ orderId }) => orderId)).size).toBe(2000);
});

test('everything happened in the 365 days before any moment of the day, and none of it in its last hours', () => {
  const times = [
    ...orders.flatMap(({ purchasedAt, updatedAt }) => [purchasedAt, updatedAt]),
    ...claims.map(({ approvedAt }) => approvedAt),
  ];
  expect(Math.min(...times)).toBeGreaterThan(EVENING - 365 * 86_400_000);
  expect(Math.max(...times)).toBeLessThan(Date.parse('2025-06-14T21:45:00Z'));
  for (const { purchasedAt, updatedAt } of orders)
    expect(updatedAt).toBeGreaterThanOrEqual(purchasedAt);
});

test('a default seller has orders of every status, and pending ones have no price', () => {
  expect(new Set(orders.map(({ status }) => status))).toEqual(new Set(ORDER_STATUSES));
  const priceless = items.filter(({ item }) => item.amounts === null);
  expect(new Set(priceless.map(({ order }) => order.status))).toEqual(
    new Set(['PENDING', 'PENDING_AVAILABILITY', 'CANCELLED', 'SHIPPED']),
  );
  for (const { order, item } of priceless)
    if (order.status === 'SHIPPED') expect(item).toMatchObject({ isCancelled: true, quantity: 0 });
  expect(items.some(({ order, item }) => order.status === 'CANCELLED' && item.amounts)).toBe(true);
});

test('a default seller has the orders that importers stumble over', () => {
  const skus = (order: (typeof orders)[number]) => order.items.map(({ product }) => product.sku);
  expect(new Set(orders.map((order) => order.items.length))).toEqual(new Set([1, 2, 3, 4, 5]));
  expect(orders.some((order) => new Set(skus(order)).size < order.items.length)).toBe(true);
  expect(new Set(orders.map(({ currency }) => currency))).toEqual(new Set(['USD', 'CAD', 'MXN']));
  expect(new Set(orders.map(({ fulfilledBy }) => fulfilledBy)).size).toBe(2);
  expect(orders.some(({ isBusiness }) => isBusiness)).toBe(true);
  for (const amount of [
    'shippingPrice',
    'giftWrapTax',
    'itemDiscount',
    'shippingDiscount',
  ] as const)
    expect(items.some(({ item }) => item.amounts?.[amount])).toBe(true);
  for (const mark of [/日本製/, /é/, /\p{Extended_Pictographic}/u, /^"/, /^[^"]*"[^"]*$/])
    expect(items.some(({ item }) => mark.test(item.product.title))).toBe(true);
});

test('a default seller has stock that is zero, reserved and of unknown age', () => {
  expect(inventory.some(({ fulfillable }) => fulfillable === 0)).toBe(true);
  expect(inventory.some(({ reserved }) => reserved.customerOrders > 0)).toBe(true);
  expect(inventory.some(({ updatedAt }) => updatedAt === null)).toBe(true);
  expect(new Set(inventory.map(({ marketplaceId }) => marketplaceId)).size).toBe(3);
});

test('a default seller has reimbursements that share an id, give units and are reversed', () => {
  expect(new Set(claims.map(({ reimbursementId }) => reimbursementId)).size).toBeLessThan(140);
  expect(expectedRows(seller).claims.some(({ occurrence }) => occurrence > 0)).toBe(true);
  expect(claims.some(({ quantityInventory }) => quantityInventory > 0)).toBe(true);
  const reversals = claims.filter(({ originalReimbursementId }) => originalReimbursementId);
  expect(reversals.some(({ amountTotal }) => amountTotal < 0)).toBe(true);
  expect(
    reversals.every(({ quantityCash, amountTotal }) => quantityCash <= 0 && amountTotal <= 0),
  ).toBe(true);
});

test.each([
  ['in the price in Germany', 'A1PA6795UKMFR9', 19 / 119],
  ['in the price in Britain', 'A1F83G8C2ARO7P', 20 / 120],
  ['in the price in Mexico', 'A1AM78C64UM0Y8', 16 / 116],
  ['on top of the price in Canada', 'A2EUQ1WTGCTBG2', 0.13],
])('tax is %s', (_, marketplace, share) => {
  const marketplaceIds = [marketplace];
  const local = generateSeller({ kind: 'generated', seed: 1, marketplaceIds }, MORNING);
  const lines = local.orders.flatMap((order) => order.items);
  const taxed = lines.filter(({ amounts }) => amounts?.itemTax);
  expect(taxed.length).toBeGreaterThan(1000);
  for (const { amounts, quantity } of taxed) {
    const { itemPrice = 0, itemTax = 0 } = amounts ?? {};
    // Rounded once for each unit at most.
    expect(Math.abs((itemTax ?? 0) - itemPrice * share)).toBeLessThanOrEqual(quantity / 2);
  }
});

test('yen have no decimals', () => {
  const marketplaceIds = ['A1VC38T7YXB528'];
  const japanese = generateSeller({ kind: 'generated', seed: 1, marketplaceIds }, MORNING);
  expect(japanese.region).toBe('fe');
  for (const { total } of expectedRows(japanese).orders)
    if (total !== null) expect(total).toMatch(/^\d+$/);
});

test('marketplaces of two regions make no seller', () => {
  const marketplaceIds = ['ATVPDKIKX0DER', 'A1PA6795UKMFR9'];
  expect(() => generateSeller({ kind: 'generated', seed: 1, marketplaceIds }, MORNING)).toThrow(
    'one region',
  );
});
