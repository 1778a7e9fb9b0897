import type Router from '@koa/router';
import { z } from 'zod';
import { ClaimRow } from '../../contract/rows';
import { ClaimSort } from '../../contract/sorts';
import { listClaims, sliceClaims } from '../../store/claim-pages';
import { lastSyncedAt } from '../../store/cursors';
import { rowsRevision } from '../../store/rows-revision';
import type { ApiDeps } from '../api-deps';
import { CLAIM_COLUMNS } from '../csv-columns';
import { downloadList } from '../download-list';
import { endpoint } from '../endpoint';
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
      revision: (userKey) => rowsRevision(deps.db.ofUser(userKey), userKey),
    },
    async ({ userKey, query, revision }) => {
      const { limit, cursor, format, sort, ...filters } = query;
      if (format === 'csv') {
        return downloadList(deps, userKey, {
          list: 'claims',
          columns: CLAIM_COLUMNS,
          slice: (page) =>
            sliceClaims(deps.db.ofUser(userKey), userKey, filters, { ...page, sort }),
        });
      }
      const totalOf = deps.totals.of(revision, [userKey, 'claims', filters]);
      const [page, syncedAt] = await Promise.all([
        listClaims(deps.db.ofUser(userKey), userKey, filters, { limit, cursor, sort }, totalOf),
        lastSyncedAt(deps.db.ofUser(userKey), userKey, 'claims'),
      ]);
      return {
        success: true,
        claims: page.rows,
        total: page.total,
        nextCursor: page.nextCursor,
        lastSyncedAt: syncedAt?.toISOString() ?? null,
      };
    },
  );
}
