import { startingState } from '../../../contract/starting-state';
import type { ResourceSteps, SyncState } from '../../../contract/sync-state';

export const STARTED_AT = '2026-03-01T12:00:00.000Z';
export const SYNC_ID = 'sync_user123_1772366400000';

/** A state with some values other than those of a sync that has just begun. */
export function stateWith(
  change: Partial<Omit<SyncState, 'resources'>>,
  resources: Partial<Record<'orders' | 'inventory' | 'claims', Partial<ResourceSteps>>> = {},
): SyncState {
  const start = startingState({ syncId: SYNC_ID, startedAt: STARTED_AT });
  return {
    ...start,
    ...change,
    resources: {
      orders: { ...start.resources.orders, ...resources.orders },
      inventory: { ...start.resources.inventory, ...resources.inventory },
      claims: { ...start.resources.claims, ...resources.claims },
    },
  };
}
