import type { SearchAttributePair } from '@temporalio/common';
import type { SyncInput } from './sync-input';

/**
 * What operators find syncs by in Temporal beside its own fields: `AmazonSyncTrigger = "schedule"`. Their namespace may
 * be others' too, hence the prefix. Ids and words only, like all that Temporal is told.
 */
const KEYS = {
  syncId: { name: 'AmazonSyncId', type: 'KEYWORD' },
  mode: { name: 'AmazonSyncMode', type: 'KEYWORD' },
  trigger: { name: 'AmazonSyncTrigger', type: 'KEYWORD' },
} as const;

export const SEARCH_ATTRIBUTE_NAMES = Object.values(KEYS).map(({ name }) => name);

/**
 * By what a sync is found, for whoever starts it; only where the namespace has these attributes, for Temporal refuses the
 * start otherwise.
 */
export function foundBy({ syncId, mode, trigger }: SyncInput): {
  typedSearchAttributes: SearchAttributePair[];
} {
  return {
    typedSearchAttributes: [
      { key: KEYS.syncId, value: syncId },
      { key: KEYS.mode, value: mode },
      { key: KEYS.trigger, value: trigger },
    ],
  };
}
