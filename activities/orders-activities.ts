import { PaginationTokenExpired } from '../amazon/errors';
import type { AmazonOrder } from '../amazon/order';
import { parseOrdersReport } from '../amazon/orders-report';
import { advanceCursors } from '../store/cursors';
import { fenced, type Run } from '../store/fence';
import { upsertOrders } from '../store/orders';
import type { ActivityDeps } from './activity-deps';
import type { AmazonCalls } from './amazon-calls';
import { type Attempt, attempted } from './attempt';
import type { Patience } from './failure-of';
import { readAhead } from './read-ahead';

export interface ImportOrders {
  run: Run;
  connectionId: string;
  documentId: string;
}

export interface SearchOrders {
  run: Run;
  connectionId: string;
  marketplaceIds: string[];
  lastUpdatedAfter: string;
  patience: Patience;
}

export interface CompleteOrders {
  run: Run;
  connectionId: string;
  marketplaceIds: string[];
  watermark: string;
}

export const createOrdersActivities = (deps: ActivityDeps, amazon: AmazonCalls) => {
  const { db, now } = deps;

  const write = (run: Run, connectionId: string, orders: AmazonOrder[]) =>
    fenced(db.ofUser(run.userKey), run, (trx) => upsertOrders(trx, connectionId, orders));

  const complete = ({ run, connectionId, marketplaceIds, watermark }: CompleteOrders) =>
    fenced(db.ofUser(run.userKey), run, async (trx) => {
      const cursors = marketplaceIds.map((marketplaceId) => ({
        connectionId,
        resource: 'orders' as const,
        marketplaceId,
        watermark: new Date(watermark),
      }));
      await advanceCursors(trx, cursors, new Date(now()));
    });

  /** Fetches and writes the next page. Its place is noted, so that a later attempt goes on from there. */
  async function nextPage(attempt: Attempt, input: SearchOrders): Promise<SearchPage> {
    const { run, connectionId, marketplaceIds, lastUpdatedAfter } = input;
    const before = attempt.details.page;
    const page = await amazon.call(attempt, connectionId, 'searchOrders', (seller, signal) =>
      seller.searchOrders(
        { marketplaceIds, lastUpdatedAfter, ...(before && { paginationToken: before.token }) },
        signal,
      ),
    );
    await write(run, connectionId, page.orders);
    const records = (before?.records ?? 0) + page.orders.length;
    // The first page says up to when the search looked; what changes while paging belongs to the next sync.
    const watermark = before?.watermark ?? page.lastUpdatedBefore ?? lastUpdatedAfter;
    const token = page.nextToken;
    attempt.progressed(records, token === null ? null : { token, watermark, records });
    return { records, watermark, last: token === null };
  }

  return {
    /** Streams one report into the database, in batches that never split an order. */
    importOrders({ run, connectionId, documentId }: ImportOrders): Promise<{ records: number }> {
      return attempted(deps, 'orders', async (attempt) => {
        const text = await amazon.call(
          attempt,
          connectionId,
          'getReportDocument',
          (seller, signal) => seller.openDocument(documentId, signal),
        );
        for await (const orders of readAhead(parseOrdersReport(text))) {
          await write(run, connectionId, orders);
          attempt.progressed(attempt.details.records + orders.length);
        }
        return { records: attempt.details.records };
      });
    },

    /** Pages through everything updated since, and moves the cursors when the last page is in. */
    searchOrders(input: SearchOrders): Promise<{ records: number }> {
      const search = async (attempt: Attempt) => {
        try {
          let page = await nextPage(attempt, input);
          while (!page.last) page = await nextPage(attempt, input);
          await complete({ ...input, watermark: page.watermark });
          return { records: page.records };
        } catch (error) {
          if (error instanceof PaginationTokenExpired) attempt.note({ page: null });
          throw error;
        }
      };
      return attempted(deps, 'orders', search, input.patience);
    },

    /** Moves the cursors after all reports of a plan have been imported. */
    completeOrders(input: CompleteOrders): Promise<void> {
      return attempted(deps, 'orders', () => complete(input));
    },
  };
};

interface SearchPage {
  records: number;
  watermark: string;
  last: boolean;
}
