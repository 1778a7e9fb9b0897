import type Router from '@koa/router';
import { z } from 'zod';
import { SyncOverview, SyncStatusBody } from '../../contract/sync-status';
import type { ApiDeps } from '../api-deps';
import { ApiError } from '../api-error';
import { guard } from '../guard';

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
  router.get(
    '/api/sync/status',
    guard(
      deps,
      { query: Query, reply: z.union([SyncStatusBody, SyncOverview]) },
      ({ userKey, query }): Promise<SyncStatusBody | SyncOverview> => {
        const syncId = query.syncId ?? query.id;
        return syncId === undefined ? deps.statuses.overview(userKey) : statusOf(userKey, syncId);
      },
    ),
  );
  router.get(
    '/api/sync/status/:syncId',
    guard(deps, { params: Params, reply: SyncStatusBody }, ({ userKey, params }) =>
      statusOf(userKey, params.syncId),
    ),
  );
}
