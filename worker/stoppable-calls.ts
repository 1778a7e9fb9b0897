import type { Client } from '@temporalio/client';

/** A server that answers does so within a second. */
const CALL_MS = 5_000;

/** Makes one call to Temporal. */
export type Call = <Answer>(call: () => Promise<Answer>) => Promise<Answer>;

/**
 * For calls that a worker makes beside its work: each fails when there is no answer in five seconds, and at once when
 * `signal` says that the worker stops. The SDK's connection of workers heeds no signal (1.24), so the call itself goes on
 * until the connection is closed.
 */
export function stoppableCalls(client: Client, signal: AbortSignal): Call {
  return async (call) => {
    signal.throwIfAborted();
    let stop = () => {};
    const stopped = new Promise<never>((_, reject) => {
      stop = () => reject(signal.reason);
      signal.addEventListener('abort', stop);
    });
    try {
      return await Promise.race([client.withDeadline(Date.now() + CALL_MS, call), stopped]);
    } finally {
      signal.removeEventListener('abort', stop);
    }
  };
}
