import { z } from 'zod';
import { rowDifferences } from '../../dev/row-differences';
import { storedRows } from '../../dev/stored-rows';
import { type ExpectedRows, expectedRows } from '../../sandbox/expected-rows';
import type { SandboxSeller } from '../../sandbox/sandbox-seller';
import { currentConnections } from '../../store/connections';
import { type Cursor, cursorsOf } from '../../store/cursors';
import type { Database } from '../../store/database';

/** What sets a user's rows apart from the seller; a line each. */
export const Audit = z.object({
  /** Rows that are missing, too many or different. */
  rows: z.array(z.string()),
  /** Rows that are missing although a cursor says that they are there. */
  aheadOfRows: z.array(z.string()),
});
export type Audit = z.infer<typeof Audit>;

export async function audit(db: Database, userKey: string, seller: SandboxSeller): Promise<Audit> {
  const connections = await currentConnections(db, userKey);
  // Before the rows: those of a cursor that moves meanwhile are there already.
  const cursors = await Promise.all(connections.map(({ id }) => cursorsOf(db, id)));
  const expected = expectedRows(seller);
  const stored = await storedRows(db, userKey);
  return {
    rows: rowDifferences(expected, stored),
    aheadOfRows: cursors.flat().flatMap((cursor) => missingBehind(cursor, expected, stored)),
  };
}

/**
 * How far before its watermark a resource is fetched again: what came late and is newer than that, the next sync
 * still finds. Claims come late by more, but a seller of a chaos run has no new ones.
 */
const OVERLAP_MS = 60 * 60_000;

/** What the next sync would not fetch any more, and is not there. */
function missingBehind(cursor: Cursor, expected: ExpectedRows, stored: ExpectedRows): string[] {
  const { resource, marketplaceId } = cursor;
  const watermark = cursor.watermark.getTime();
  const behind = (time: string) => Date.parse(time) < watermark - OVERLAP_MS;
  const nothing: ExpectedRows = { orders: [], inventory: [], claims: [] };
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
