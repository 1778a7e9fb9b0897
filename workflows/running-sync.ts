import { defineQuery, setCurrentDetails, setHandler } from '@temporalio/workflow';
import { startingState } from '../contract/starting-state';
import type { SyncInput } from '../contract/sync-input';
import type { SyncState } from '../contract/sync-state';
import { SYNC_STATE_QUERY } from '../contract/sync-workflow';
import { reduce, type SyncEvent } from './reduce';
import { syncDetails } from './sync-details';

export const syncStateQuery = defineQuery<SyncState>(SYNC_STATE_QUERY);

/** The sync inside its workflow: its state, and the one way to change it. */
export interface RunningSync {
  readonly input: SyncInput;
  readonly state: SyncState;
  on(event: SyncEvent): SyncState;
}

/** Sets the query handler; called before the first await, so that a query always finds it. */
export function setup(input: SyncInput): RunningSync {
  let state = startingState(input);
  setHandler(syncStateQuery, () => state);
  setCurrentDetails(syncDetails(state));
  return {
    input,
    get state() {
      return state;
    },
    on(event) {
      state = reduce(state, event);
      setCurrentDetails(syncDetails(state));
      return state;
    },
  };
}
