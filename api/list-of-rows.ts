import { lastSyncedAt } from '../store/cursors';
import type { SortedPageRequest } from '../store/page';
import type { RowPages } from '../store/row-pages';
import { rowsRevision } from '../store/rows-revision';
import type { ApiDeps } from './api-deps';

/** What the lists of all resources have in common. */
export function listOfRows<Filters, Sort extends string, Row>(
  { db, totals }: Pick<ApiDeps, 'db' | 'totals'>,
  pages: RowPages<Filters, Sort, Row>,
) {
  return {
    /** Names the state of all of a user's rows. */
    revision: (userKey: string) => rowsRevision(db.ofUser(userKey), userKey),

    slice: (userKey: string, filters: Filters, page: SortedPageRequest<Sort>) =>
      pages.slice(db.ofUser(userKey), userKey, filters, page),

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
