import { RESOURCE_WORDS, RESOURCES } from '../contract/resources';
import type { SyncActivity, SyncHistoryEntry } from '../contract/sync-history';
import type { Sync } from '../store/syncs';

/** A sync as its row tells it; what was last shown stands for one that runs. */
export function historyEntry(sync: Sync): SyncHistoryEntry {
  const { body, startedAt, completedAt } = sync;
  return {
    syncId: sync.syncId,
    status: sync.status,
    mode: sync.mode,
    trigger: sync.trigger,
    startedAt: startedAt.toISOString(),
    completedAt: completedAt?.toISOString() ?? null,
    duration: completedAt === null ? null : (completedAt.getTime() - startedAt.getTime()) / 1000,
    ordersProcessed: body?.ordersProcessed ?? null,
    totalOrders: body?.totalOrders ?? null,
    inventoryCount: body?.inventoryCount ?? null,
    claimsDetected: body?.claimsDetected ?? null,
    partial: body?.partial ?? false,
    error: body?.error ?? null,
  };
}

/** What happened to a sync, newest first: its end, what is missing, and its start. */
export function activityOf(sync: Sync): SyncActivity[] {
  const { syncId, startedAt, completedAt, body } = sync;
  const begun: SyncActivity = {
    timestamp: startedAt.toISOString(),
    type: 'info',
    message: BEGUN[sync.trigger][sync.mode],
    syncId,
  };
  if (completedAt === null || body === null) return [begun];
  const timestamp = completedAt.toISOString();
  const ended: SyncActivity = {
    timestamp,
    type: sync.status === 'complete' && !body.partial ? 'success' : END_TYPES[sync.status],
    message: body.message,
    syncId,
  };
  const missing = body.partial
    ? RESOURCES.flatMap((resource): SyncActivity[] => {
        const error = body.resources[resource]?.error ?? null;
        return error === null
          ? []
          : [
              {
                timestamp,
                type: 'warning',
                message: `${RESOURCE_WORDS[resource].title}: ${error.message}`,
                syncId,
              },
            ];
      })
    : [];
  return [ended, ...missing, begun];
}

const BEGUN = {
  manual: { auto: 'Sync started', full: 'Full sync started' },
  schedule: { auto: 'Scheduled sync started', full: 'Scheduled full sync started' },
  connect: { auto: 'First sync started', full: 'First sync started' },
} as const;

const END_TYPES = {
  in_progress: 'info',
  complete: 'warning',
  failed: 'warning',
  cancelled: 'info',
} as const;
