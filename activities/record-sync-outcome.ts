import { statusBodyOf } from '../contract/status-body';
import type { SyncInput } from '../contract/sync-input';
import type { SyncState } from '../contract/sync-state';
import { recordOutcome } from '../store/syncs';
import type { ActivityDeps } from './activity-deps';
import { attempted } from './attempt';
import { runIdOf } from './run-id-of';

export interface RecordSyncOutcome extends SyncInput {
  state: SyncState;
}

type RecordSyncOutcomeDeps = Pick<
  ActivityDeps,
  'db' | 'log' | 'observer' | 'deliveries' | 'now' | 'clockSpeed'
>;

export const createRecordSyncOutcome = (deps: RecordSyncOutcomeDeps) => ({
  /** Writes how the sync ended. The first outcome stays. */
  recordSyncOutcome({ state, ...input }: RecordSyncOutcome): Promise<void> {
    return attempted(deps, null, async () => {
      const sync = { ...input, runId: runIdOf(), startedAt: new Date(input.startedAt) };
      const body = statusBodyOf(state, {}, deps.now());
      const { isFirst, deliveryIds } = await recordOutcome(
        deps.db.ofUser(input.userKey),
        sync,
        body,
      );
      if (isFirst) deps.observer.syncEnded(body);
      deps.deliveries.start(input.userKey, deliveryIds);
      deps.log.info(
        { syncId: input.syncId, status: body.status, partial: body.partial, recorded: isFirst },
        'sync ended',
      );
    });
  },
});
