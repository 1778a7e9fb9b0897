import { z } from 'zod';

/** How a report came out. Times are ISO UTC. */
export const ReportOutcome = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('document'), documentId: z.string() }),
  /**
   * Amazon makes no new one before `againAt`: the document is that of an earlier one, made at `asOf`, which has
   * what was asked for only if it is `whole`.
   */
  z.object({
    kind: z.literal('earlier'),
    documentId: z.string(),
    to: z.string(),
    whole: z.boolean(),
    asOf: z.string(),
    againAt: z.string(),
  }),
  z.object({ kind: z.literal('nothing') }),
]);
export type ReportOutcome = z.infer<typeof ReportOutcome>;
