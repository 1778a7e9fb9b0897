import type Router from '@koa/router';
import { z } from 'zod';
import { SyncOverview, SyncStatusBody } from '../../contract/sync-status';
import type { ApiDeps } from '../api-deps';
import { ApiError } from '../api-error';
import { endpoint } from '../endpoint';

const Query = z.object({ syncId: z.string().optional(), id: z.string().optional() });
const Params = z.object({ syncId: z.string() });

/** The status of one sync, or without an id the user's running and last one. */
export function syncStatus(router: Router, deps: ApiDeps): void {
  const statusOf = async (userKey: string, syncId: string) => {
    const status = await deps.statuses.read(userKey, syncId);
    if (status === undefined)
      throw new ApiError('not_found', { message: 'There is no such sync.' });
    return status;
  };
  endpoint(
    router,
    deps,
    {
      method: 'GET',
      path: '/api/sync/status',
      operationId: 'getSyncStatus',
      tag: 'Sync',
      summary: 'Ask how far a sync is, or which one runs',
      description:
        'With `syncId` (or `id`), the status of that sync. Without, the sync that runs and the last one that ended.',
      query: Query,
      reply: z.union([SyncStatusBody, SyncOverview]),
      errors: ['not_found'],
    },
    async ({ userKey, query }) => {
      const syncId = query.syncId ?? query.id;
      return syncId === undefined ? deps.statuses.overview(userKey) : statusOf(userKey, syncId);
    },
  );
  endpoint(
    router,
    deps,
    {
      method: 'GET',
      path: '/api/sync/status/:syncId',
      operationId: 'getSyncStatusById',
      tag: 'Sync',
      summary: 'Ask how far a sync is',
      description:
        'Progress runs from 0 to 100 and never falls. `complete`, `failed` and `cancelled` are final. Ask every ' +
        'few seconds, or listen to the events of the sync.',
      params: Params,
      reply: SyncStatusBody,
      errors: ['not_found'],
    },
    ({ userKey, params }) => statusOf(userKey, params.syncId),
  );
}
