/** The place of a run in its trace. */
export interface RunSpan {
  traceId: string;
  spanId: string;
}

/**
 * A run is long, and passes from worker to worker: so its span has an id that each of them reckons from the run's. A run
 * that was started by nothing traced, as by a schedule, has a trace of its own, whose id is the run's. The last 62 bits of
 * a UUID are random, also in those that begin with the time (RFC 9562, section 5.7).
 */
export function runSpan(runId: string, traceparent: string | undefined): RunSpan {
  const digits = runId.replaceAll('-', '');
  return { traceId: traceparent?.split('-')[1] ?? digits, spanId: digits.slice(16) };
}

/** The `traceparent` for the parts of a run. */
export function traceparentOfRun(runId: string, traceparent: string | undefined): string {
  const { traceId, spanId } = runSpan(runId, traceparent);
  return `00-${traceId}-${spanId}-01`;
}
