import type Router from '@koa/router';
import { z } from 'zod';
import { ClaimRow } from '../../contract/rows';
import { ClaimSort } from '../../contract/sorts';
import { claimPages } from '../../store/claim-pages';
import type { ApiDeps } from '../api-deps';
import { CLAIM_COLUMNS } from '../csv-columns';
import { endpoint } from '../endpoint';
import { listOfRows } from '../list-of-rows';
import { Filter, PageQuery, PageReply, TimeFilter } from '../page-query';

const Query = z.strictObject({
  ...PageQuery,
  sort: ClaimSort.default('-approvalDate').describe('With a minus, the largest or latest first'),
  from: TimeFilter,
  to: TimeFilter,
  orderId: Filter,
  sku: Filter,
  asin: Filter,
  reason: Filter,
});

const ClaimsReply = z.object({ ...PageReply, claims: z.array(ClaimRow) });

/** The user's claims, a page at a time. */
export function claims(router: Router, deps: ApiDeps): void {
  const list = listOfRows(deps, claimPages, { columns: CLAIM_COLUMNS, linesOf: (rows) => rows });
  endpoint(
    router,
    deps,
    {
      method: 'GET',
      path: '/api/v1/integrations/amazon/claims',
      operationId: 'listClaims',
      tag: 'Data',
      summary: 'List claims (FBA reimbursements), newest approval first',
      query: Query,
      reply: ClaimsReply,
      csv: true,
      revision: list.revision,
    },
    async ({ userKey, query, revision }) => {
      const { limit, cursor, format, sort, ...filters } = query;
      if (format === 'csv') return list.file(userKey, filters, sort);
      const asked = { limit, cursor, sort };
      const { rows, ...page } = await list.page({ userKey, revision }, filters, asked);
      return { success: true, claims: rows, ...page };
    },
  );
}
