import { z } from 'zod';
import { rowDifferences } from '../../dev/row-differences';
import { storedRows } from '../../dev/stored-rows';
import { expectedRows } from '../../sandbox/expected-rows';
import type { SandboxSeller } from '../../sandbox/sandbox-seller';
import { currentConnections } from '../../store/connections';
import { cursorsOf } from '../../store/cursors';
import type { Database } from '../../store/database';
import { missingBehind } from './missing-behind';

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
