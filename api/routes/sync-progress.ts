import type Router from '@koa/router';
import { z } from 'zod';
import { SyncStatusBody } from '../../contract/sync-status';
import type { ApiDeps } from '../api-deps';
import { ApiError } from '../api-error';
import { endpoint } from '../endpoint';
import { endId, IDLE_MS } from '../progress-stream';
import { EventStream, NoContent } from '../replies';

const Params = z.object({ syncId: z.string() });

/**
 * The status of a sync as server-sent events: at once, at each change, and at its end, after which the stream is
 * closed. A client that comes back having seen the end gets 204, which tells an EventSource to stay away.
 */
export function syncProgress(router: Router, deps: ApiDeps): void {
  endpoint(
    router,
    deps,
    {
      method: 'GET',
      path: '/api/sse/sync-progress/:syncId',
      operationId: 'watchSync',
      tag: 'Sync',
      summary: 'Watch a sync as server-sent events',
      description:
        'Unnamed messages, each a whole status: one at once, one at each change, and one at the end, after which ' +
        'the stream is closed. It is closed, too, when the session ends. Comments keep the connection open.',
      params: Params,
      reply: SyncStatusBody,
      errors: ['not_found'],
      events: true,
    },
    async ({ userKey, expiresAt, params: { syncId }, http }) => {
      const first = await deps.statuses.read(userKey, syncId);
      if (first === undefined) {
        throw new ApiError('not_found', { message: 'There is no such sync.' });
      }
      if (first.status !== 'in_progress' && http.get('last-event-id') === endId(syncId)) {
        return new NoContent();
      }
      const stream = deps.progress.listen({ userKey, syncId, expiresAt, first });
      if (stream === 'full') throw new ApiError('service_unavailable');
      if (stream === 'too_many') {
        throw new ApiError('too_many_requests', {
          message: 'Too many windows watch syncs. Close some, then try again.',
        });
      }
      return new EventStream(stream, IDLE_MS);
    },
  );
}
