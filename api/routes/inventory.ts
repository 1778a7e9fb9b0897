import type Router from '@koa/router';
import { z } from 'zod';
import { InventoryRow } from '../../contract/rows';
import { lastSyncedAt } from '../../store/cursors';
import { listInventory } from '../../store/inventory-pages';
import type { ApiDeps } from '../api-deps';
import { guard } from '../guard';
import { Filter, PageQuery, PageReply } from '../page-query';

const Query = z.strictObject({
  ...PageQuery,
  sku: Filter,
  asin: Filter,
  marketplaceId: Filter,
});

const InventoryReply = z.object({ ...PageReply, inventory: z.array(InventoryRow) });

/** The user's inventory, a page at a time. */
export function inventory(router: Router, deps: ApiDeps): void {
  router.get(
    '/api/v1/integrations/amazon/inventory',
    guard(deps, { query: Query, reply: InventoryReply }, async ({ userKey, query }) => {
      const { limit, cursor, ...filters } = query;
      const [page, syncedAt] = await Promise.all([
        listInventory(deps.db, userKey, filters, { limit, cursor }),
        lastSyncedAt(deps.db, userKey, 'inventory'),
      ]);
      return {
        success: true,
        inventory: page.rows,
        total: page.total,
        nextCursor: page.nextCursor,
        lastSyncedAt: syncedAt?.toISOString() ?? null,
      };
    }),
  );
}
