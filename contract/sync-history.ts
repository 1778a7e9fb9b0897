import { z } from 'zod';
import { SyncMode, SyncTrigger } from './sync-input';
import { SyncError, SyncStatus } from './sync-status';

/** One sync in a list of past ones. Counts are null where nothing was counted. */
export const SyncHistoryEntry = z
  .object({
    syncId: z.string(),
    status: SyncStatus,
    mode: SyncMode,
    trigger: SyncTrigger,
    startedAt: z.iso.datetime(),
    completedAt: z.iso.datetime().nullable(),
    /** Seconds; null while it runs. */
    duration: z.number().nullable(),
    ordersProcessed: z.number().int().nullable(),
    totalOrders: z.number().int().nullable(),
    inventoryCount: z.number().int().nullable(),
    claimsDetected: z.number().int().nullable(),
    partial: z.boolean(),
    error: SyncError.nullable(),
  })
  .meta({ id: 'SyncHistoryEntry', description: 'One sync, past or running' });
export type SyncHistoryEntry = z.infer<typeof SyncHistoryEntry>;

/** Something that happened, in words. */
export const SyncActivity = z
  .object({
    timestamp: z.iso.datetime(),
    type: z.enum(['success', 'warning', 'info']),
    message: z.string(),
    syncId: z.string(),
  })
  .meta({ id: 'SyncActivity', description: 'Something that happened, in words' });
export type SyncActivity = z.infer<typeof SyncActivity>;
