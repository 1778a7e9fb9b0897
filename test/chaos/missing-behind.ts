import { rowDifferences } from '../../dev/row-differences';
import type { ExpectedRows } from '../../sandbox/expected-rows';
import type { Cursor } from '../../store/cursors';

/**
 * How far before its watermark a resource is fetched again: what came late and is newer than that, the next sync
 * still finds. Claims and returns come late by more, but a seller of a chaos run has no new ones.
 */
const OVERLAP_MS = 60 * 60_000;

/** What a cursor says is there, so that the next sync would not fetch it any more, and is not; a line each. */
export function missingBehind(
  cursor: Cursor,
  expected: ExpectedRows,
  stored: ExpectedRows,
): string[] {
  const { resource, marketplaceId } = cursor;
  const watermark = cursor.watermark.getTime();
  const behind = (time: string) => Date.parse(time) < watermark - OVERLAP_MS;
  const nothing: ExpectedRows = { orders: [], inventory: [], claims: [], returns: [] };
  const only = (rows: ExpectedRows): ExpectedRows => {
    switch (resource) {
      case 'orders': {
        const known = new Set(
          expected.orders
            .filter((order) => order.marketplaceId === marketplaceId && behind(order.lastUpdated))
            .map(({ amazonOrderId }) => amazonOrderId),
        );
        return { ...nothing, orders: rows.orders.filter((row) => known.has(row.amazonOrderId)) };
      }
      case 'inventory':
        return {
          ...nothing,
          // Its stock may have changed since the scan; that there is some has not.
          inventory: rows.inventory.filter((row) => row.marketplaceId === marketplaceId),
        };
      case 'claims':
        return { ...nothing, claims: rows.claims.filter((row) => behind(row.approvalDate)) };
      case 'returns':
        return { ...nothing, returns: rows.returns.filter((row) => behind(row.returnDate)) };
      default:
        return resource satisfies never;
    }
  };
  return rowDifferences(only(expected), only(stored))
    .filter((difference) => resource === 'orders' || difference.endsWith('is missing'))
    .map(
      (difference) =>
        `${resource} ${marketplaceId} ${cursor.watermark.toISOString()}: ${difference}`,
    );
}
