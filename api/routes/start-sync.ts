import type Router from '@koa/router';
import { z } from 'zod';
import { SyncMode } from '../../contract/sync-input';
import { SyncStarted } from '../../contract/sync-replies';
import type { ApiDeps } from '../api-deps';
import { ApiError } from '../api-error';
import { endpoint } from '../endpoint';

const StartSync = z.strictObject({ mode: SyncMode.default('auto') }).prefault({});

/** Starts a sync of the user. The answer never waits for Amazon. */
export function startSync(router: Router, deps: ApiDeps): void {
  endpoint(
    router,
    deps,
    {
      method: 'POST',
      path: '/api/v1/integrations/amazon/sync',
      operationId: 'startSync',
      tag: 'Sync',
      summary: 'Start a sync',
      description:
        'Fetches orders, inventory, claims and returns from Amazon. The answer comes at once; ask for the status to see ' +
        'how far the sync is. A user has one sync at a time.',
      body: StartSync,
      reply: SyncStarted,
      example: {
        success: true,
        syncId: 'sync_user123_1702345678901',
        message: 'Sync started successfully',
        status: 'in_progress',
        estimatedDuration: '30-60 seconds',
      },
      errors: ['amazon_not_connected', 'sync_in_progress', 'too_many_syncs'],
    },
    async ({ userKey, body }) => {
      const start = await deps.syncs.start(userKey, body.mode);
      switch (start.kind) {
        case 'running':
          throw new ApiError('sync_in_progress', { existingSyncId: start.syncId });
        case 'not_connected':
          throw new ApiError('amazon_not_connected');
        case 'reauthorization_required':
          throw new ApiError('amazon_not_connected', {
            reason: 'reauthorization_required',
            message: 'Amazon withdrew the authorization. Connect Amazon again.',
          });
        case 'service_full':
          throw new ApiError('too_many_syncs');
        case 'seller_full':
          throw new ApiError('too_many_syncs', {
            message: 'This seller is being synced for others. Start your sync again in a moment.',
          });
        case 'started':
          return {
            success: true,
            syncId: start.syncId,
            message: 'Sync started successfully',
            status: 'in_progress',
            estimatedDuration: '30-60 seconds',
          };
        default:
          return start satisfies never;
      }
    },
  );
}
