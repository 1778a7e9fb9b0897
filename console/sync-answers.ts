import type { SyncActivity, SyncHistoryEntry } from '../contract/sync-history';
import type {
  ResourceProgress,
  SyncError,
  SyncOverview,
  SyncStatusBody,
} from '../contract/sync-status';
import { perResource } from './per-resource.ts';
import { flag, list, nullable, number, object, oneOf, type Shape, text } from './shapes.ts';

const status = oneOf('in_progress', 'complete', 'failed', 'cancelled');

const syncError: Shape<SyncError> = object({
  type: text,
  message: text,
  requestId: nullable(text),
});

const resourceProgress: Shape<ResourceProgress> = object({
  state: oneOf('pending', 'requesting', 'waiting', 'importing', 'complete', 'failed'),
  done: number,
  total: nullable(number),
  records: nullable(number),
  waitingUntil: nullable(text),
  reason: nullable(oneOf('quota', 'report', 'retry')),
  attempt: nullable(number),
  error: nullable(syncError),
});

export const syncStatus: Shape<SyncStatusBody> = object({
  syncId: text,
  status,
  progress: number,
  message: text,
  startedAt: text,
  completedAt: nullable(text),
  estimatedCompletion: nullable(text),
  ordersProcessed: nullable(number),
  totalOrders: nullable(number),
  inventoryCount: nullable(number),
  claimsDetected: nullable(number),
  partial: flag,
  resources: perResource(resourceProgress),
  error: nullable(syncError),
});

export const syncOverview: Shape<SyncOverview> = object({
  hasActiveSync: flag,
  activeSync: nullable(syncStatus),
  lastSync: nullable(syncStatus),
  nextScheduledSync: nullable(text),
  status: oneOf('idle', 'in_progress', 'complete', 'failed', 'cancelled'),
});

export const syncStarted: Shape<{ syncId: string }> = object({ syncId: text });

const historyEntry: Shape<SyncHistoryEntry> = object({
  syncId: text,
  status,
  mode: oneOf('auto', 'full'),
  trigger: oneOf('manual', 'schedule', 'connect'),
  startedAt: text,
  completedAt: nullable(text),
  duration: nullable(number),
  ordersProcessed: nullable(number),
  totalOrders: nullable(number),
  inventoryCount: nullable(number),
  claimsDetected: nullable(number),
  partial: flag,
  error: nullable(syncError),
});

export interface SyncHistory {
  syncs: SyncHistoryEntry[];
  total: number;
}

export const syncHistory: Shape<SyncHistory> = object({ syncs: list(historyEntry), total: number });

export const syncActivity: Shape<SyncActivity[]> = list(
  object<SyncActivity>({
    timestamp: text,
    type: oneOf('success', 'warning', 'info'),
    message: text,
    syncId: text,
  }),
);
