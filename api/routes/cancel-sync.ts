import type Router from '@koa/router';
import { z } from 'zod';
import { SyncCancelled } from '../../contract/sync-replies';
import type { ApiDeps } from '../api-deps';
import { ApiError } from '../api-error';
import { endpoint } from '../endpoint';

const Params = z.object({ syncId: z.string() });
/** Older clients write `?id=` also where they know of no sync. */
const Id = z
  .string()
  .transform((id) => (id === '' ? undefined : id))
  .optional();
const Query = z.object({ id: Id, syncId: Id });

/** Cancels a sync: the one that is named, or without an id the one that runs. */
export function cancelSync(router: Router, deps: ApiDeps): void {
  const cancel = async (userKey: string, syncId: string | undefined): Promise<SyncCancelled> => {
    const id = syncId ?? (await deps.statuses.overview(userKey)).activeSync?.syncId;
    if (id === undefined) throw new ApiError('not_found', { message: 'No sync is running.' });
    const cancellation = await deps.cancellations.cancel(userKey, id);
    switch (cancellation.kind) {
      case 'requested':
        return { success: true, ok: true, message: 'The sync is being cancelled' };
      case 'ended':
        throw new ApiError('sync_not_running', { status: cancellation.status });
      case 'unknown':
        throw new ApiError('not_found', { message: 'There is no such sync.' });
      default:
        return cancellation satisfies never;
    }
  };
  endpoint(
    router,
    deps,
    {
      method: 'POST',
      path: '/api/sync/cancel/:syncId',
      operationId: 'cancelSync',
      tag: 'Sync',
      summary: 'Cancel a sync',
      description: 'The status is `cancelled` a moment later. What was imported whole stays.',
      params: Params,
      reply: SyncCancelled,
      errors: ['not_found', 'sync_not_running'],
    },
    ({ userKey, params }) => cancel(userKey, params.syncId),
  );
  endpoint(
    router,
    deps,
    {
      method: 'POST',
      path: '/api/sync/cancel',
      operationId: 'cancelRunningSync',
      tag: 'Sync',
      summary: 'Cancel a sync, or the one that runs',
      query: Query,
      reply: SyncCancelled,
      errors: ['not_found', 'sync_not_running'],
      deprecated: '/api/sync/cancel/:syncId',
    },
    ({ userKey, query }) => cancel(userKey, query.id ?? query.syncId),
  );
}
