import { WorkflowExecutionAlreadyStartedError } from '@temporalio/common';
import {
  ChildWorkflowCancellationType,
  ParentClosePolicy,
  proxyActivities,
  setCurrentDetails,
  setWorkflowOptions,
  startChild,
} from '@temporalio/workflow';
import type { Activities } from '../activities/create-activities';
import { amazonSyncStart } from '../contract/amazon-sync-start';
import type { ScheduledStart, ScheduledStartInput } from '../contract/scheduled-start';
import { foundBy } from '../contract/search-attributes';
import { syncIdOf } from '../contract/sync-id';
import type { SyncInput } from '../contract/sync-input';
import { ADMISSION_STEP } from './activity-options';
import { amazonSync } from './amazon-sync';
import { optionsOf } from './options-of';

const { admitScheduledSync } = proxyActivities<Activities>(ADMISSION_STEP);

/**
 * What a user's daily Schedule starts. A Schedule appends the time to the id of what it starts, under which a user
 * could have two syncs at once; so it starts this, and this starts the sync under the id that all syncs of the
 * user share, and does not wait for it.
 */
export async function startScheduledSync(input: ScheduledStartInput): Promise<ScheduledStart> {
  setCurrentDetails('Asks for its turn; waits while as many syncs run as may');
  const result = await started(input);
  setCurrentDetails(DETAILS[result.kind]);
  return result;
}

// It may wait for hours; and what a pinned one starts would begin with the version of then.
setWorkflowOptions(optionsOf('AUTO_UPGRADE'), startScheduledSync);

const DETAILS: Record<ScheduledStart['kind'], string> = {
  started: 'Started the sync',
  running: 'A sync of this user runs already',
  off: 'The daily sync is off',
  not_connected: 'Amazon is not connected',
  reauthorization_required: 'Amazon has to be authorized again',
};

async function started({ userKey }: ScheduledStartInput): Promise<ScheduledStart> {
  const admission = await admitScheduledSync({ userKey });
  if (admission.kind !== 'admitted') return admission;
  const { startedAt, hasSearchAttributes = false } = admission;
  const syncId = syncIdOf(userKey, Date.parse(startedAt));
  const sync: SyncInput = { syncId, userKey, mode: 'auto', trigger: 'schedule', startedAt };
  try {
    await startChild(amazonSync, {
      ...amazonSyncStart(sync),
      ...(hasSearchAttributes && foundBy(sync)),
      // It goes on when this workflow has ended, as the next line lets it.
      parentClosePolicy: ParentClosePolicy.ABANDON,
      cancellationType: ChildWorkflowCancellationType.ABANDON,
    });
    return { kind: 'started', syncId };
  } catch (error) {
    if (error instanceof WorkflowExecutionAlreadyStartedError) return { kind: 'running' };
    throw error;
  }
}
