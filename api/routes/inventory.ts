import type Router from '@koa/router';
import { z } from 'zod';
import { InventoryRow } from '../../contract/rows';
import { InventorySort } from '../../contract/sorts';
import { lastSyncedAt } from '../../store/cursors';
import { listInventory, sliceInventory } from '../../store/inventory-pages';
import { rowsRevision } from '../../store/rows-revision';
import type { ApiDeps } from '../api-deps';
import { INVENTORY_COLUMNS } from '../csv-columns';
import { downloadList } from '../download-list';
import { endpoint } from '../endpoint';
import { Filter, PageQuery, PageReply } from '../page-query';

const Query = z.strictObject({
  ...PageQuery,
  sort: InventorySort.default('sku').describe('With a minus, the largest or latest first'),
  sku: Filter,
  asin: Filter,
  marketplaceId: Filter,
});

const InventoryReply = z.object({ ...PageReply, inventory: z.array(InventoryRow) });

/** The user's inventory, a page at a time. */
export function inventory(router: Router, deps: ApiDeps): void {
  endpoint(
    router,
    deps,
    {
      method: 'GET',
      path: '/api/v1/integrations/amazon/inventory',
      operationId: 'listInventory',
      tag: 'Data',
      summary: 'List inventory by SKU',
      query: Query,
      reply: InventoryReply,
      csv: true,
      revision: (userKey) => rowsRevision(deps.db.ofUser(userKey), userKey),
    },
    async ({ userKey, query, revision }) => {
      const { limit, cursor, format, sort, ...filters } = query;
      if (format === 'csv') {
        return downloadList(deps, userKey, {
          list: 'inventory',
          columns: INVENTORY_COLUMNS,
          slice: (page) =>
            sliceInventory(deps.db.ofUser(userKey), userKey, filters, { ...page, sort }),
        });
      }
      const totalOf = deps.totals.of(revision, [userKey, 'inventory', filters]);
      const [page, syncedAt] = await Promise.all([
        listInventory(deps.db.ofUser(userKey), userKey, filters, { limit, cursor, sort }, totalOf),
        lastSyncedAt(deps.db.ofUser(userKey), userKey, 'inventory'),
      ]);
      return {
        success: true,
        inventory: page.rows,
        total: page.total,
        nextCursor: page.nextCursor,
        lastSyncedAt: syncedAt?.toISOString() ?? null,
      };
    },
  );
}
