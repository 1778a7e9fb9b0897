import type Router from '@koa/router';
import type { ApiDeps } from '../api-deps';
import { ApiError } from '../api-error';
import { endId } from '../progress-stream';

/**
 * The status of a sync as server-sent events: at once, at each change, and at its end, after which the stream is
 * closed. A client that comes back having seen the end gets 204, which tells an EventSource to stay away.
 */
export function syncProgress(router: Router, deps: ApiDeps): void {
  router.get('/api/sse/sync-progress/:syncId', async (ctx) => {
    const { userKey, expiresAt } = deps.readSession(ctx);
    const { syncId = '' } = ctx.params;
    const first = await deps.statuses.read(userKey, syncId);
    if (first === undefined) throw new ApiError('not_found', { message: 'There is no such sync.' });
    if (first.status !== 'in_progress' && ctx.get('last-event-id') === endId(syncId)) {
      ctx.status = 204;
      return;
    }
    const stream = deps.progress.listen({ userKey, syncId, expiresAt, first });
    if (stream === undefined) throw new ApiError('service_unavailable');
    ctx.set('Content-Type', 'text/event-stream; charset=utf-8');
    // Proxies must neither keep it nor pack it, both of which would hold messages back.
    ctx.set('Cache-Control', 'no-cache, no-transform');
    ctx.set('X-Accel-Buffering', 'no');
    ctx.req.socket.setNoDelay(true);
    ctx.body = stream;
  });
}
