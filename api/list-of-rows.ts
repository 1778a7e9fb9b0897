import { lastSyncedAt } from '../store/cursors';
import type { SortedPageRequest } from '../store/page';
import type { RowPages } from '../store/row-pages';
import { rowsRevision } from '../store/rows-revision';
import type { ApiDeps } from './api-deps';
import type { Column, CsvFile } from './csv';
import { downloadList } from './download-list';

/** How rows are written to a file: each as one line or several. */
interface RowsFile<Row, Line> {
  columns: readonly Column<Line>[];
  linesOf: (rows: Row[]) => Line[];
}

/** What the lists of all resources have in common. */
export function listOfRows<Filters, Sort extends string, Row, Line>(
  deps: Pick<ApiDeps, 'db' | 'totals' | 'downloads' | 'now'>,
  pages: RowPages<Filters, Sort, Row>,
  { columns, linesOf }: RowsFile<Row, Line>,
) {
  const { db, totals } = deps;
  return {
    /** Names the state of all of a user's rows. */
    revision: (userKey: string) => rowsRevision(db.ofUser(userKey), userKey),

    /** All rows that the filters leave. */
    file: (userKey: string, filters: Filters, sort: Sort): Promise<CsvFile> =>
      downloadList(deps, userKey, {
        list: pages.resource,
        columns,
        slice: async (page) => {
          const found = await pages.slice(db.ofUser(userKey), userKey, filters, { ...page, sort });
          return { ...found, rows: linesOf(found.rows) };
        },
      }),

    /** The rows of a page, and what is answered beside them. */
    async page(
      { userKey, revision }: { userKey: string; revision?: string },
      filters: Filters,
      page: SortedPageRequest<Sort>,
    ) {
      const totalOf = totals.of(revision, [userKey, pages.resource, filters]);
      const [found, syncedAt] = await Promise.all([
        pages.list(db.ofUser(userKey), userKey, filters, page, totalOf),
        lastSyncedAt(db.ofUser(userKey), userKey, pages.resource),
      ]);
      return { ...found, lastSyncedAt: syncedAt?.toISOString() ?? null };
    },
  };
}
