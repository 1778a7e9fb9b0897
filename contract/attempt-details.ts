import { z } from 'zod';
import { ReportOutcome } from './report-outcome';
import { ResourceName } from './resource-schema';
import { WaitReason } from './sync-status';

/**
 * What a failed attempt says about the next one: the first detail of its failure. The status reads it from
 * Temporal's pending activities.
 */
export const Wait = z.object({
  resource: ResourceName.nullable(),
  reason: WaitReason,
  /** Epoch ms at which the next attempt makes sense. */
  until: z.number(),
  /** Amazon's id of the request that failed, for a support case. */
  requestId: z.string().nullable(),
});
export type Wait = z.infer<typeof Wait>;

/**
 * What an attempt leaves for the next one in its heartbeat, which outlives it. Temporal has one attempt
 * counter for waits and faults alike, so the faults are counted here.
 */
export const AttemptDetails = z.object({
  resource: ResourceName.nullable(),
  /** Rows written so far by the attempt that runs. */
  records: z.number().int(),
  /** The most rows that any attempt has come to: only what goes beyond them is progress. */
  reached: z.number().int().default(0),
  faults: z.number().int(),
  /** How often in a row Amazon has called the authorization withdrawn. */
  withdrawn: z.number().int(),
  /** By operation, a request that the quota allows from then on (epoch ms), taken out of the bucket already. */
  slots: z.record(z.string(), z.number()).default({}),
  /** Whether a request may have reached Amazon whose answer never came. */
  ambiguous: z.boolean(),
  /**
   * A report that has been asked for, since when it is waited for (epoch ms, by Temporal's clock), and how it came out
   * once that is known.
   */
  report: z
    .object({ id: z.string(), since: z.number(), outcome: ReportOutcome.optional() })
    .nullable()
    .default(null),
  /** Where a search goes on. */
  page: z
    .object({ token: z.string(), watermark: z.string(), records: z.number().int() })
    .nullable(),
});
export type AttemptDetails = z.infer<typeof AttemptDetails>;

/** What the API tells of an attempt. It reads no more, so that workers of another version may note other things. */
export const AttemptProgress = AttemptDetails.pick({ resource: true, records: true });
export type AttemptProgress = z.infer<typeof AttemptProgress>;
