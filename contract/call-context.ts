import { z } from 'zod';

/** The header of a start, which the workflow hands on to its steps: JSON of a {@link CallContext}. */
export const CONTEXT_HEADER = 'amazon-sync-context';

/** The header by which a step knows its sync, where it is a step of one. */
export const SYNC_ID_HEADER = 'amazon-sync-id';

/**
 * Where a workflow came from: nothing depends on it, it is for logs and traces. It is no part of a workflow's input, so
 * that histories of old, which have none, go on as before.
 */
export const CallContext = z.object({
  /** Of the HTTP request that began it. */
  requestId: z
    .string()
    .regex(/^[\w-]{1,64}$/)
    .optional(),
  /** W3C Trace Context, where traces are on. */
  traceparent: z
    .string()
    .regex(/^00-[0-9a-f]{32}-[0-9a-f]{16}-[0-9a-f]{2}$/)
    .optional(),
});
export type CallContext = z.infer<typeof CallContext>;
