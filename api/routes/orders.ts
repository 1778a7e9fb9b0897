import type Router from '@koa/router';
import { z } from 'zod';
import { OrderRow } from '../../contract/rows';
import { OrderSort } from '../../contract/sorts';
import { orderPages } from '../../store/order-pages';
import type { ApiDeps } from '../api-deps';
import { ORDER_COLUMNS, orderLines } from '../csv-columns';
import { endpoint } from '../endpoint';
import { listOfRows } from '../list-of-rows';
import { Filter, PageQuery, PageReply, TimeFilter } from '../page-query';

const Query = z.strictObject({
  ...PageQuery,
  sort: OrderSort.default('-purchaseDate').describe('With a minus, the largest or latest first'),
  status: Filter.transform((status) => status?.toUpperCase()),
  from: TimeFilter,
  to: TimeFilter,
  orderId: Filter,
  sku: Filter,
  asin: Filter,
  marketplaceId: Filter,
});

const OrdersReply = z.object({ ...PageReply, orders: z.array(OrderRow) });

/** The user's orders, a page at a time. */
export function orders(router: Router, deps: ApiDeps): void {
  const list = listOfRows(deps, orderPages, { columns: ORDER_COLUMNS, linesOf: orderLines });
  endpoint(
    router,
    deps,
    {
      method: 'GET',
      path: '/api/v1/integrations/amazon/orders',
      operationId: 'listOrders',
      tag: 'Data',
      summary: 'List orders with their items, newest purchase first',
      query: Query,
      reply: OrdersReply,
      csv: true,
      revision: list.revision,
    },
    async ({ userKey, query, revision }) => {
      const { limit, cursor, format, sort, ...filters } = query;
      if (format === 'csv') return list.file(userKey, filters, sort);
      const asked = { limit, cursor, sort };
      const { rows, ...page } = await list.page({ userKey, revision }, filters, asked);
      return { success: true, orders: rows, ...page };
    },
  );
}
