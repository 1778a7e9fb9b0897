import type Router from '@koa/router';
import { z } from 'zod';
import { InventoryRow } from '../../contract/rows';
import { InventorySort } from '../../contract/sorts';
import { inventoryPages } from '../../store/inventory-pages';
import type { ApiDeps } from '../api-deps';
import { INVENTORY_COLUMNS } from '../csv-columns';
import { endpoint } from '../endpoint';
import { listOfRows } from '../list-of-rows';
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
  const list = listOfRows(deps, inventoryPages, {
    columns: INVENTORY_COLUMNS,
    linesOf: (rows) => rows,
  });
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
      revision: list.revision,
    },
    async ({ userKey, query, revision }) => {
      const { limit, cursor, format, sort, ...filters } = query;
      if (format === 'csv') return list.file(userKey, filters, sort);
      const asked = { limit, cursor, sort };
      const { rows, ...page } = await list.page({ userKey, revision }, filters, asked);
      return { success: true, inventory: rows, ...page };
    },
  );
}
