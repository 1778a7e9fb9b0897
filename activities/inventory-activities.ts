import { activityInfo } from '@temporalio/activity';
import type { InventoryPage } from '../amazon/inventory';
import { advanceCursors } from '../store/cursors';
import { fenced, type Run } from '../store/fence';
import { markGone, type Scan, upsertInventory } from '../store/inventory';
import type { ActivityDeps } from './activity-deps';
import type { AmazonCalls } from './amazon-calls';
import { type Attempt, attempted } from './attempt';
import type { Patience } from './failure-of';

export interface ScanInventory {
  run: Run;
  connectionId: string;
  marketplaceId: string;
  patience: Patience;
}

/**
 * How long a page may wait for its turn inside the attempt. Its token lives 30 s; at the slowest after 429s four
 * scans share a page in 4 s, so each waits 16 s, and would else start over from page one again and again.
 */
const NEXT_PAGE_WAIT_MS = 20_000;

export const createInventoryActivities = (deps: ActivityDeps, amazon: AmazonCalls) => {
  const { db, now } = deps;

  /** Writes one page; the last one also closes the scan. */
  const write = (run: Run, scan: Scan, page: InventoryPage, startedAt: Date) =>
    fenced(db.ofUser(run.userKey), run, async (trx) => {
      await upsertInventory(trx, scan, page.items);
      if (page.nextToken !== null) return;
      await markGone(trx, scan, new Date(now()));
      const { connectionId, marketplaceId } = scan;
      const cursor = { connectionId, resource: 'inventory', marketplaceId } as const;
      await advanceCursors(trx, [{ ...cursor, watermark: startedAt }], new Date(now()));
    });

  return {
    /**
     * Scans one marketplace from the first page to the last. The page token lives 30 s, so a scan is one
     * attempt; one that breaks off marks nothing gone, and the next starts over.
     */
    scanInventory({ run, patience, ...marketplace }: ScanInventory): Promise<{ records: number }> {
      const scanOnce = async (attempt: Attempt) => {
        const { connectionId, marketplaceId } = marketplace;
        const startedAt = new Date(now());
        // Temporal's clock: one for all workers, and later for each attempt.
        const scannedAt = new Date(activityInfo().currentAttemptScheduledTimestampMs);
        const scan: Scan = { scannedAt, ...marketplace };
        const pageAfter = (nextToken: string | undefined) =>
          amazon.call(
            attempt,
            connectionId,
            'getInventorySummaries',
            (seller, signal) => seller.inventoryPage({ marketplaceId, nextToken }, signal),
            nextToken === undefined ? undefined : NEXT_PAGE_WAIT_MS,
          );
        let page = await pageAfter(undefined);
        await write(run, scan, page, startedAt);
        attempt.progressed(attempt.details.records + page.items.length);
        while (page.nextToken !== null) {
          page = await pageAfter(page.nextToken);
          await write(run, scan, page, startedAt);
          attempt.progressed(attempt.details.records + page.items.length);
        }
        return { records: attempt.details.records };
      };
      return attempted(deps, 'inventory', scanOnce, patience);
    },
  };
};
