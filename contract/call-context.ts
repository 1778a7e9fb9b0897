import { z } from 'zod';

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
