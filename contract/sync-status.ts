import { z } from 'zod';
import { perResource } from './resource-schema';

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

/** What went wrong, for people and for programs. */
export const SyncError = z
  .object({
    type: z.string().describe('For programs, such as `reauthorization_required`'),
    message: z.string().describe('For people'),
    requestId: z.string().nullable().describe('Amazon’s own, for a support case there'),
  })
  .meta({ id: 'SyncError', description: 'What went wrong' });
export type SyncError = z.infer<typeof SyncError>;

/** One resource of a sync. Unknown values are null; `records` counts the rows written. */
export const ResourceProgress = z
  .object({
    state: ResourceState,
    done: z.number().int().describe('Steps that are done'),
    total: z.number().int().nullable().describe('Steps in all; null until they are known'),
    records: z.number().int().nullable().describe('Rows written'),
    waitingUntil: z.iso.datetime().nullable(),
    reason: WaitReason.nullable().describe(
      'Why it waits: for Amazon’s quota, for a report that Amazon prepares, or after a fault',
    ),
    attempt: z.number().int().nullable(),
    error: SyncError.nullable(),
  })
  .meta({ id: 'ResourceProgress', description: 'One resource of a sync' });
export type ResourceProgress = z.infer<typeof ResourceProgress>;

/** The body of every status answer. */
export const SyncStatusBody = z
  .object({
    syncId: z.string(),
    status: SyncStatus,
    progress: z.number().min(0).max(100).describe('Percent; never falls'),
    message: z.string().describe('For people: what the sync does, or how it ended'),
    startedAt: z.iso.datetime(),
    completedAt: z.iso.datetime().nullable(),
    estimatedCompletion: z.iso.datetime().nullable(),
    ordersProcessed: z.number().int().nullable().describe('Orders that this sync has written'),
    totalOrders: z.number().int().nullable().describe('Orders in all; null until it is known'),
    inventoryCount: z.number().int().nullable(),
    claimsDetected: z.number().int().nullable(),
    partial: z.boolean().describe('Complete, but for something that a resource’s `error` names'),
    resources: perResource(ResourceProgress),
    error: SyncError.nullable(),
  })
  .meta({ id: 'SyncStatusBody', description: 'How far a sync is, or how it ended' });
export type SyncStatusBody = z.infer<typeof SyncStatusBody>;

/** The answer to a status question without an id. */
export const SyncOverview = z
  .object({
    hasActiveSync: z.boolean(),
    activeSync: SyncStatusBody.nullable(),
    lastSync: SyncStatusBody.nullable(),
    nextScheduledSync: z.iso.datetime().nullable(),
    status: z
      .enum(['idle', ...SyncStatus.options])
      .describe('Of the running sync, or else of the last one'),
  })
  .meta({ id: 'SyncOverview', description: 'The sync that runs, and the last one that ended' });
export type SyncOverview = z.infer<typeof SyncOverview>;
