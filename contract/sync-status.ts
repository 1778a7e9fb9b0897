import { z } from 'zod';
import { Resource } from './resources';

/** The states of a sync. The last three are final. */
export const SyncStatus = z.enum(['in_progress', 'complete', 'failed', 'cancelled']);
export type SyncStatus = z.infer<typeof SyncStatus>;

export const ResourceState = z.enum([
  'pending',
  'requesting',
  'waiting',
  'importing',
  'complete',
  'failed',
]);
export type ResourceState = z.infer<typeof ResourceState>;

/** Why a resource waits: Amazon's quota, a report it prepares, or a pause after a fault. */
export const WaitReason = z.enum(['quota', 'report', 'retry']);
export type WaitReason = z.infer<typeof WaitReason>;

/** What went wrong, for people and for programs. `requestId` is Amazon's, for a support case. */
export const SyncError = z.object({
  type: z.string(),
  message: z.string(),
  requestId: z.string().nullable(),
});
export type SyncError = z.infer<typeof SyncError>;

/** One resource of a sync. Unknown values are null; `records` counts the rows written. */
export const ResourceProgress = z.object({
  state: ResourceState,
  done: z.number().int(),
  total: z.number().int().nullable(),
  records: z.number().int().nullable(),
  waitingUntil: z.iso.datetime().nullable(),
  reason: WaitReason.nullable(),
  attempt: z.number().int().nullable(),
  error: SyncError.nullable(),
});
export type ResourceProgress = z.infer<typeof ResourceProgress>;

/** The body of every status answer. */
export const SyncStatusBody = z.object({
  syncId: z.string(),
  status: SyncStatus,
  progress: z.number().min(0).max(100),
  message: z.string(),
  startedAt: z.iso.datetime(),
  completedAt: z.iso.datetime().nullable(),
  estimatedCompletion: z.iso.datetime().nullable(),
  ordersProcessed: z.number().int().nullable(),
  totalOrders: z.number().int().nullable(),
  inventoryCount: z.number().int().nullable(),
  claimsDetected: z.number().int().nullable(),
  partial: z.boolean(),
  resources: z.record(Resource, ResourceProgress),
  error: SyncError.nullable(),
});
export type SyncStatusBody = z.infer<typeof SyncStatusBody>;

/** The answer to a status question without an id. */
export const SyncOverview = z.object({
  hasActiveSync: z.boolean(),
  activeSync: SyncStatusBody.nullable(),
  lastSync: SyncStatusBody.nullable(),
  nextScheduledSync: z.iso.datetime().nullable(),
  status: z.enum(['idle', ...SyncStatus.options]),
});
export type SyncOverview = z.infer<typeof SyncOverview>;
