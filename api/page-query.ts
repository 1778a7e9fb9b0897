import { z } from 'zod';

const LIMIT = 'must be from 1 to 200';

/** Query parameters that every list has. */
export const PageQuery = {
  limit: z.coerce.number('must be a number').int().min(1, LIMIT).max(200, LIMIT).default(50),
  cursor: z.string().min(1).max(1_024).optional(),
  /** `csv` gives every row that the filters leave, whatever the limit. */
  format: z.enum(['json', 'csv']).default('json'),
};

/** A filter by exact value. */
export const Filter = z
  .string()
  .min(1)
  .max(200)
  // PostgreSQL has no text with a NUL in it.
  .refine((text) => !text.includes('\0'), 'must not hold a NUL')
  .optional();

/** A filter by time: an ISO date or time; a date means its first moment in UTC. */
export const TimeFilter = z
  .union([z.iso.date(), z.iso.datetime({ offset: true })], 'must be an ISO date or time')
  .transform((text) => new Date(text))
  .optional();

/** What every list answers beside its rows. */
export const PageReply = {
  success: z.literal(true),
  total: z.number().int(),
  nextCursor: z.string().nullable(),
  lastSyncedAt: z.iso.datetime().nullable(),
};
