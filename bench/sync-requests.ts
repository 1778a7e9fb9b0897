import { setTimeout } from 'node:timers/promises';
import { z } from 'zod';
import type { SyncStatusBody } from '../contract/sync-status';
import type { BenchUser } from './bench-world';
import { expect } from './benchmark';

export const START = '/api/v1/integrations/amazon/sync';

const RETRY_MS = 500;

const Started = z.object({ success: z.literal(true), syncId: z.string() });

/** Starts a sync over HTTP, which must be accepted; returns its id. */
export async function startSync({ client }: BenchUser, body?: unknown): Promise<string> {
  const answer = await client.post(START, body);
  expect(answer.status === 200, 'POST to answer 200', answer.body);
  return Started.parse(answer.body).syncId;
}

/** Of many at once Temporal may keep some waiting for too long: those try again in a moment, as a frontend does. */
export async function startPatiently({ client }: BenchUser): Promise<void> {
  let { status, body } = await client.post(START);
  while (status === 503) {
    await setTimeout(RETRY_MS);
    ({ status, body } = await client.post(START));
    // The start before may have been heard all the same.
    if (status === 409) return;
  }
  expect(status === 200, 'POST to answer 200', body);
}

/** Waits for a sync's end, which must be without any fault. */
export async function untilComplete(
  { client }: BenchUser,
  syncId: string,
  minutes = 30,
): Promise<SyncStatusBody> {
  const status = await client.untilEnded(syncId, minutes * 60_000);
  expect(status.status === 'complete' && !status.partial, 'a complete sync', status);
  return status;
}
