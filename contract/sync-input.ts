import { z } from 'zod';

/** `auto` fetches what is new where that is known; `full` fetches the last twelve months again. */
export const SyncMode = z.enum(['auto', 'full']);
export type SyncMode = z.infer<typeof SyncMode>;

export const SyncTrigger = z.enum(['manual', 'schedule', 'connect']);
export type SyncTrigger = z.infer<typeof SyncTrigger>;

/** What starts a sync. It becomes part of the history, so it holds ids only: no token, no personal data. */
export const SyncInput = z.object({
  syncId: z.string(),
  userKey: z.string(),
  mode: SyncMode,
  trigger: SyncTrigger,
  startedAt: z.iso.datetime(),
});
export type SyncInput = z.infer<typeof SyncInput>;

/** The memo of a run: `describe()` gives it without a worker. */
export const SyncMemo = SyncInput.pick({
  syncId: true,
  mode: true,
  trigger: true,
  startedAt: true,
});
export type SyncMemo = z.infer<typeof SyncMemo>;
