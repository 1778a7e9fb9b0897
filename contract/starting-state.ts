import { everyResource } from './resources';
import type { SyncMemo } from './sync-input';
import type { ResourceSteps, SyncState } from './sync-state';

/** Of a resource of which nothing is known yet. */
export const NOTHING_YET: ResourceSteps = {
  reports: 0,
  requested: 0,
  ready: 0,
  direct: 0,
  imported: 0,
  records: 0,
  outcome: 'open',
  error: null,
};

/** The state of a sync that has just begun. */
export function startingState(sync: Pick<SyncMemo, 'syncId' | 'startedAt'>): SyncState {
  return {
    syncId: sync.syncId,
    status: 'in_progress',
    startedAt: sync.startedAt,
    completedAt: null,
    progress: 0,
    planned: false,
    resources: everyResource(() => NOTHING_YET),
    error: null,
  };
}
