import { WorkflowExecutionAlreadyStartedError } from '@temporalio/client';
import { amazonSyncStart } from '../contract/amazon-sync-start';
import type { MaintenanceDone } from '../contract/maintenance-steps';
import { syncIdOf } from '../contract/sync-id';
import type { SyncInput } from '../contract/sync-workflow';
import { nextSyncStart } from '../store/disconnections';
import { OWED_FOR_MS } from '../store/due-maintenance';
import { usersOwedASync } from '../store/owed-syncs';
import { insertSync } from '../store/syncs';
import type { ActivityDeps } from './activity-deps';
import { attempted } from './attempt';
import { called } from './temporal-access';

const BATCH = 50;

export const createStartOwedSyncs = (deps: ActivityDeps) => ({
  /** Starts the first syncs of sellers who connected while Temporal was away; each notes itself as begun. */
  startOwedSyncs(): Promise<MaintenanceDone> {
    return attempted(deps, null, async () => {
      const before = new Date(deps.now() - OWED_FOR_MS);
      let done = 0;
      for (const userKey of await usersOwedASync(deps.db, before, BATCH)) {
        try {
          if (await startFirstSync(deps, userKey)) done += 1;
        } catch (error) {
          const name = error instanceof Error ? error.name : 'Error';
          deps.log.warn({ userKey, error: name }, 'first sync not started yet');
        }
      }
      return { done };
    });
  },
});

/** False where a sync runs: one that began after the seller connected is the one that is owed; else it is the next. */
async function startFirstSync(deps: ActivityDeps, userKey: string): Promise<boolean> {
  const { db, temporal, now } = deps;
  const startedAt = await nextSyncStart(db, userKey, new Date(now()));
  const sync: SyncInput = {
    syncId: syncIdOf(userKey, startedAt.getTime()),
    userKey,
    mode: 'auto',
    trigger: 'connect',
    startedAt: startedAt.toISOString(),
  };
  try {
    const handle = await called(temporal, ({ workflow }) =>
      workflow.start('amazonSync', {
        ...amazonSyncStart(sync),
        taskQueue: temporal.taskQueue,
        workflowIdConflictPolicy: 'FAIL',
      }),
    );
    await insertSync(db, { ...sync, runId: handle.firstExecutionRunId, startedAt });
    return true;
  } catch (error) {
    if (error instanceof WorkflowExecutionAlreadyStartedError) return false;
    throw error;
  }
}
