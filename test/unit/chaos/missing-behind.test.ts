import { expectedRows } from '../../../sandbox/expected-rows';
import { generateSeller } from '../../../sandbox/generate-seller';
import type { Cursor } from '../../../store/cursors';
import { missingBehind } from '../../chaos/missing-behind';

const NOW = Date.parse('2026-03-01T12:00:00.000Z');
const size = { orders: 40, skus: 5, claims: 6 };
const expected = expectedRows(generateSeller({ kind: 'generated', seed: 1, size }, NOW));
const home = 'ATVPDKIKX0DER';
const orders = expected.orders
  .filter(({ marketplaceId }) => marketplaceId === home)
  .toSorted((a, b) => Date.parse(a.lastUpdated) - Date.parse(b.lastUpdated));
const [oldest] = orders;
const newest = orders.at(-1);

const cursor = (resource: Cursor['resource'], watermark: Date): Cursor => ({
  connectionId: 'c1',
  resource,
  marketplaceId: resource === 'claims' || resource === 'returns' ? '' : home,
  watermark,
});
const without = (missing: unknown) => ({
  orders: expected.orders.filter((row) => row !== missing),
  inventory: expected.inventory.filter((row) => row !== missing),
  claims: expected.claims.filter((row) => row !== missing),
  returns: expected.returns.filter((row) => row !== missing),
});
const day = (time: string, days: number) => new Date(Date.parse(time) + days * 86_400_000);

test('a cursor whose rows are all there is not ahead of them', () => {
  for (const resource of ['orders', 'inventory', 'claims', 'returns'] as const)
    expect(missingBehind(cursor(resource, new Date(NOW)), expected, expected)).toEqual([]);
});

test('an order that is missing or older behind the watermark is found, one before it is still to come', () => {
  if (oldest === undefined || newest === undefined) throw new Error('The seller has no orders');
  const behind = cursor('orders', day(newest.lastUpdated, -1));
  expect(missingBehind(behind, expected, without(oldest))).toHaveLength(1);
  expect(missingBehind(behind, expected, without(newest))).toEqual([]);
  const older = { ...oldest, status: 'PENDING_AVAILABILITY' };
  const stored = { ...without(oldest), orders: [...without(oldest).orders, older] };
  expect(missingBehind(behind, expected, stored)).toHaveLength(1);
});

test('stock, claims and returns that are missing behind a cursor are found', () => {
  const now = new Date(NOW);
  const stock = expected.inventory.find(({ marketplaceId }) => marketplaceId === home);
  expect(missingBehind(cursor('inventory', now), expected, without(stock))).toHaveLength(1);
  const [claim] = expected.claims;
  expect(missingBehind(cursor('claims', now), expected, without(claim))).toHaveLength(1);
  const [one] = expected.returns;
  expect(missingBehind(cursor('returns', now), expected, without(one))).toHaveLength(1);
});
