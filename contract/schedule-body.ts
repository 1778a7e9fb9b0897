import { z } from 'zod';

/** When a user's daily sync runs, as clients see it. */
export const ScheduleBody = z.object({
  success: z.literal(true),
  enabled: z.boolean(),
  hourUtc: z.number().int().min(0).max(23),
  /** Within the half hour after the full hour; null where none will run. */
  nextRunAt: z.iso.datetime().nullable(),
});
export type ScheduleBody = z.infer<typeof ScheduleBody>;

/** What a user may change of it. */
export const ScheduleChange = z.strictObject({
  enabled: z.boolean().optional(),
  hourUtc: z.number().int().min(0).max(23).optional(),
});
export type ScheduleChange = z.infer<typeof ScheduleChange>;
