import type { Worker } from '@temporalio/worker';

/** Runs workers until they are shut down. When one breaks the others are shut down too, and its error is thrown. */
export async function runTogether(workers: readonly Worker[]): Promise<void> {
  const runs = workers.map((worker) => worker.run());
  try {
    await Promise.all(runs);
  } catch (error) {
    shutDown(workers);
    await Promise.allSettled(runs);
    throw error;
  }
}

/** Has workers take no more tasks. Safe for those that have ended, or are about to. */
export function shutDown(workers: readonly Worker[]): void {
  for (const worker of workers) if (worker.getState() === 'RUNNING') worker.shutdown();
}
