import type Router from '@koa/router';
import { z } from 'zod';
import { LATER_LISTS, type LaterRow } from '../../contract/later-lists';
import { LATER_RESOURCES, type LaterResource } from '../../contract/resources';
import { LATER_ROWS } from '../../store/later-rows';
import type { ApiDeps } from '../api-deps';
import type { Column } from '../csv';
import { endpoint } from '../endpoint';
import { listOfRows } from '../list-of-rows';
import { Filter, PageQuery, PageReply, TimeFilter } from '../page-query';

/** The list of each later resource, a page at a time: what it is stands in the contract, and its rows in the store. */
export function laterLists(router: Router, deps: ApiDeps): void {
  for (const resource of LATER_RESOURCES) laterList(router, deps, resource);
}

function laterList(router: Router, deps: ApiDeps, resource: LaterResource): void {
  const { operationId, summary, row, sort, defaultSort, csv } = LATER_LISTS[resource];
  const columns = csv.map(
    ([title, field, kind]): Column<LaterRow> => ({
      title,
      kind,
      value: (one) => one[field] ?? null,
    }),
  );
  const list = listOfRows(deps, LATER_ROWS[resource], { columns, linesOf: (rows) => rows });
  endpoint(
    router,
    deps,
    {
      method: 'GET',
      path: `/api/v1/integrations/amazon/${resource}`,
      operationId,
      tag: 'Data',
      summary,
      query: z.strictObject({
        ...PageQuery,
        sort: sort.default(defaultSort).describe('With a minus, the latest first'),
        from: TimeFilter,
        to: TimeFilter,
        orderId: Filter,
        sku: Filter,
        asin: Filter,
        reason: Filter,
      }),
      reply: z.object({ ...PageReply, [resource]: z.array(row) }),
      csv: true,
      revision: list.revision,
    },
    async ({ userKey, query, revision }) => {
      const { limit, cursor, format, sort: by, ...filters } = query;
      if (format === 'csv') return list.file(userKey, filters, by);
      const asked = { limit, cursor, sort: by };
      const { rows, ...page } = await list.page({ userKey, revision }, filters, asked);
      return { success: true, [resource]: rows, ...page };
    },
  );
}
