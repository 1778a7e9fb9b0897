import { mapResources } from './resources';
import type { ResourceProgress, SyncStatusBody } from './sync-status';

/**
 * The last status that was shown of a running sync, for one that has ended meanwhile: what its resources waited for,
 * and why they were trying again, is over with it. What ended before it stays as it is.
 */
export function withoutWaits(shown: SyncStatusBody): SyncStatusBody {
  const resources = mapResources(shown.resources, afterWaiting);
  return { ...shown, estimatedCompletion: null, resources };
}

function afterWaiting(resource: ResourceProgress): ResourceProgress {
  if (resource.state === 'complete' || resource.state === 'failed') return resource;
  return { ...resource, waitingUntil: null, reason: null, attempt: null, error: null };
}
