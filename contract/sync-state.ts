import { z } from 'zod';
import { perResource } from './resource-schema';
import { SyncError, SyncStatus } from './sync-status';

/** How far one resource is, as the workflow knows it. Waits are not here: they add no history. */
export const ResourceSteps = z.object({
  /** Reports planned, requested from Amazon, and finished by Amazon. */
  reports: z.number().int(),
  requested: z.number().int(),
  ready: z.number().int(),
  /** Searches and scans planned: parts that need no report. */
  direct: z.number().int(),
  /** Parts of either kind whose rows are in the database. */
  imported: z.number().int(),
  records: z.number().int(),
  outcome: z.enum(['open', 'complete', 'failed']),
  error: SyncError.nullable(),
});
export type ResourceSteps = z.infer<typeof ResourceSteps>;

/** The state of a sync: what its query answers, and what its reducer works on. */
export const SyncState = z.object({
  syncId: z.string(),
  status: SyncStatus,
  startedAt: z.iso.datetime(),
  completedAt: z.iso.datetime().nullable(),
  /** 0–100, never falling. */
  progress: z.number(),
  /** Whether the steps below are known yet. */
  planned: z.boolean(),
  resources: perResource(ResourceSteps),
  error: SyncError.nullable(),
});
export type SyncState = z.infer<typeof SyncState>;
