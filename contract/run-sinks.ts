import type { Headers as TemporalHeaders } from '@temporalio/common';

/** How a run of a workflow ended. */
export type RunEnd = 'completed' | 'failed' | 'cancelled';

/** What a worker is told of a run beside its history. `headers`: those that the run was started with. */
export type RunSinks = {
  runs: { ended(headers: TemporalHeaders, end: RunEnd): void };
};
