import { z } from 'zod';
import { SyncHistoryEntry } from './sync-history';

/** The answer to an accepted start. */
export const SyncStarted = z.object({
  success: z.literal(true),
  syncId: z.string(),
  message: z.literal('Sync started successfully'),
  status: z.literal('in_progress'),
  // Part of the contract as it is; the honest estimate is the status's `estimatedCompletion`.
  estimatedDuration: z.literal('30-60 seconds'),
});
export type SyncStarted = z.infer<typeof SyncStarted>;

/** The answer to an accepted cancel: the status is `cancelled` a moment later. */
export const SyncCancelled = z.object({
  success: z.literal(true),
  ok: z.literal(true),
  message: z.string(),
});
export type SyncCancelled = z.infer<typeof SyncCancelled>;

/** A page of past syncs, newest first. */
export const SyncHistory = z.object({
  success: z.literal(true),
  syncs: z.array(SyncHistoryEntry),
  total: z.number().int(),
});
export type SyncHistory = z.infer<typeof SyncHistory>;
