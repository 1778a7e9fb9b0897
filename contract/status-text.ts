import { RESOURCE_WORDS, RESOURCES, type Resource } from './resources';
import type { SyncState } from './sync-state';
import type { WaitReason } from './sync-status';

/** Why a resource waits, in words. */
export const WAIT_WORDS: Record<WaitReason, string> = {
  quota: 'Amazon limits requests',
  report: 'Amazon prepares the report',
  retry: 'Amazon did not answer as it should',
};

/** What a resource waits for, and for how long. */
export function waitText(
  resource: Resource,
  wait: { reason: WaitReason; until: number },
  now: number,
): string {
  const seconds = Math.max(0, Math.ceil((wait.until - now) / 1000));
  return `${RESOURCE_WORDS[resource].title}: ${WAIT_WORDS[wait.reason]}, next try in ${seconds} s`;
}

/** What a running sync is at. */
export function progressText(state: SyncState): string {
  if (!state.planned) return 'Starting the sync';
  const open = RESOURCES.filter((resource) => state.resources[resource]?.outcome === 'open');
  if (open.length === 0) return 'Finishing the sync';
  return `Fetching ${list(open)}`;
}

/** How a sync ended. */
export function endText(state: SyncState): string {
  switch (state.status) {
    case 'cancelled':
      return 'Sync cancelled';
    case 'failed':
      return `Sync failed: ${state.error?.message ?? 'nothing could be fetched'}`;
    default: {
      const failed = RESOURCES.filter(
        (resource) => state.resources[resource]?.outcome === 'failed',
      );
      const incomplete = RESOURCES.filter(
        (resource) =>
          state.resources[resource]?.outcome === 'complete' &&
          state.resources[resource]?.error !== null,
      );
      const counts = RESOURCES.flatMap((resource) => {
        const steps = state.resources[resource];
        return steps === undefined ? [] : [count(steps.records, RESOURCE_WORDS[resource].noun)];
      });
      return [
        `Synced ${counts.join(', ')}`,
        ...(incomplete.length === 0 ? [] : [`${list(incomplete)} could be fetched only in part`]),
        ...(failed.length === 0 ? [] : [`${list(failed)} could not be fetched`]),
      ].join('; ');
    }
  }
}

function count(records: number, noun: string): string {
  return `${records.toLocaleString('en-US')} ${noun}${records === 1 ? '' : 's'}`;
}

function list(resources: readonly Resource[]): string {
  return resources.length < 2
    ? resources.join('')
    : `${resources.slice(0, -1).join(', ')} and ${resources.at(-1)}`;
}
