import { WorkflowExecutionAlreadyStartedError } from '@temporalio/client';
import { amazonSyncStart } from '../contract/amazon-sync-start';
import type { MaintenanceDone } from '../contract/maintenance-steps';
import { foundBy } from '../contract/search-attributes';
import { syncIdOf } from '../contract/sync-id';
import type { SyncInput } from '../contract/sync-input';
import { nextSyncStart } from '../store/disconnections';
import { OWED_FOR_MS } from '../store/due-maintenance';
import { usersOwedASync } from '../store/owed-syncs';
import { leaveSyncPlace, takeSyncPlace } from '../store/sync-places';
import { insertSync } from '../store/syncs';
import type { ActivityDeps } from './activity-deps';
import { attempted } from './attempt';
import { eachOf } from './each-of';
import { called } from './temporal-access';

const BATCH = 50;

/** Longer than a start may take. */
const PLACE_MS = 15_000;

export const createStartOwedSyncs = (deps: ActivityDeps) => ({
  /** Starts the first syncs of sellers who connected while Temporal was away; each notes itself as begun. */
  startOwedSyncs(): Promise<MaintenanceDone> {
    return attempted(deps, null, async () => {
      const before = new Date(deps.now() - OWED_FOR_MS);
      const owed = await usersOwedASync(deps.db.ofMaintenance(), before, BATCH);
      return eachOf(
        owed,
        {
          log: deps.log,
          about: (userKey) => ({ userKey }),
          message: 'first sync not started yet',
        },
        (userKey) => startFirstSync(deps, userKey),
      );
    });
  },
});

/**
 * False where as many syncs run as may: the next run of maintenance tries again. And where one of the user runs: if it
 * began after the seller connected it is the one that is owed; else that is the next.
 */
async function startFirstSync(deps: ActivityDeps, userKey: string): Promise<boolean> {
  const { temporal, now } = deps;
  const db = deps.db.ofUser(userKey);
  const startedAt = await nextSyncStart(db, userKey, new Date(now()));
  const sync: SyncInput = {
    syncId: syncIdOf(userKey, startedAt.getTime()),
    userKey,
    mode: 'auto',
    trigger: 'connect',
    startedAt: startedAt.toISOString(),
  };
  const place = { id: sync.syncId, userKey, holdMs: PLACE_MS };
  const taken = await takeSyncPlace(db, place, deps.syncLimits);
  if (taken === 'service_full' || taken === 'seller_full') return false;
  try {
    const isFound = await temporal.hasSearchAttributes();
    const handle = await called(temporal, ({ workflow }) =>
      workflow.start('amazonSync', {
        ...amazonSyncStart(sync),
        ...(isFound && foundBy(sync)),
        taskQueue: temporal.taskQueue,
        workflowIdConflictPolicy: 'FAIL',
      }),
    );
    await insertSync(db, { ...sync, runId: handle.firstExecutionRunId, startedAt });
    return true;
  } catch (error) {
    if (!(error instanceof WorkflowExecutionAlreadyStartedError)) throw error;
    await leaveSyncPlace(db, userKey, sync.syncId);
    return false;
  }
}
