import type Router from '@koa/router';
import { z } from 'zod';
import { AuditEvent } from '../../contract/audit';
import { sliceAuditEvents } from '../../store/audit-events';
import type { ApiDeps } from '../api-deps';
import { endpoint } from '../endpoint';
import { PageQuery } from '../page-query';

const Query = z.strictObject({ limit: PageQuery.limit, cursor: PageQuery.cursor });

const AuditReply = z.object({
  success: z.literal(true),
  events: z.array(AuditEvent),
  nextCursor: z.string().nullable(),
});

const DESCRIPTION =
  'Newest first: Amazon connected, authorized again or disconnected, data purged or exported, syncs cancelled, the ' +
  'daily sync and webhooks changed. An event can be neither changed nor deleted for a year; then it goes. The trail ' +
  'outlives a purge, and so holds ids, counts and times only: nothing of the seller and nothing personal. `by` says ' +
  'who, where it was not the user.';

/** The user's audit trail, a page at a time. */
export function audit(router: Router, deps: ApiDeps): void {
  endpoint(
    router,
    deps,
    {
      method: 'GET',
      path: '/api/v1/integrations/amazon/audit',
      operationId: 'listAuditEvents',
      tag: 'Connection',
      summary: 'List what was done to the account',
      description: DESCRIPTION,
      query: Query,
      reply: AuditReply,
    },
    async ({ userKey, query }) => {
      const { rows, nextCursor } = await sliceAuditEvents(deps.db.ofUser(userKey), userKey, query);
      return { success: true, events: rows, nextCursor };
    },
  );
}
