import type { Client } from '@temporalio/client';

/** Temporal as activities see it: to start, end and schedule other workflows. */
export interface TemporalAccess {
  client: Client;
  /** The queue of this service's own workers. */
  taskQueue: string;
  /** Whether the namespace has the search attributes of syncs; a start with one that it has not is refused. */
  hasSearchAttributes(): Promise<boolean>;
}

/** A server that answers does so within a second; activities have time for one that is slow. */
const CALL_MS = 5_000;

/** Makes one call to Temporal, which fails when there is no answer in time. */
export function called<Answer>(
  { client }: TemporalAccess,
  call: (client: Client) => Promise<Answer>,
): Promise<Answer> {
  return client.withDeadline(Date.now() + CALL_MS, () => call(client));
}
