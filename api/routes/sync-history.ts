import type Router from '@koa/router';
import { z } from 'zod';
import { SyncActivity } from '../../contract/sync-history';
import { SyncHistory } from '../../contract/sync-replies';
import { countSyncs, latestSyncs } from '../../store/syncs';
import type { ApiDeps } from '../api-deps';
import { endpoint } from '../endpoint';
import { activityOf, historyEntry } from '../sync-history';

const LIMIT = 'must be from 1 to 100';
const Limit = z.coerce.number('must be a number').int().min(1, LIMIT).max(100, LIMIT);

const HistoryQuery = z.object({
  limit: Limit.default(20),
  offset: z.coerce.number('must be a number').int().min(0).max(100_000).default(0),
});
const ActivityQuery = z.object({ limit: Limit.default(20) });

/** Past syncs, newest first, and what happened in words. Both outlive Temporal's memory of a sync. */
export function syncHistory(router: Router, deps: ApiDeps): void {
  endpoint(
    router,
    deps,
    {
      method: 'GET',
      path: '/api/sync/history',
      operationId: 'listSyncs',
      tag: 'Sync',
      summary: 'List past syncs, newest first',
      query: HistoryQuery,
      reply: SyncHistory,
    },
    async ({ userKey, query }) => {
      const [syncs, total] = await Promise.all([
        latestSyncs(deps.db.ofUser(userKey), userKey, query.limit, query.offset),
        countSyncs(deps.db.ofUser(userKey), userKey),
      ]);
      return { success: true, syncs: syncs.map(historyEntry), total };
    },
  );
  endpoint(
    router,
    deps,
    {
      method: 'GET',
      path: '/api/sync/activity',
      operationId: 'listActivity',
      tag: 'Sync',
      summary: 'List what happened, in words, newest first',
      query: ActivityQuery,
      reply: z.array(SyncActivity),
    },
    async ({ userKey, query }) => {
      // Each sync has at least one event, so as many syncs as events are enough.
      const syncs = await latestSyncs(deps.db.ofUser(userKey), userKey, query.limit);
      return syncs
        .flatMap(activityOf)
        .sort((a, b) => (a.timestamp < b.timestamp ? 1 : a.timestamp > b.timestamp ? -1 : 0))
        .slice(0, query.limit);
    },
  );
}
