import { z } from 'zod';
import type { SyncStatusBody } from '../contract/sync-status';
import type { BenchUser } from './bench-world';
import { expect } from './benchmark';

export const START = '/api/v1/integrations/amazon/sync';

const Started = z.object({ success: z.literal(true), syncId: z.string() });

/** Starts a sync over HTTP, which must be accepted; returns its id. */
export async function startSync({ client }: BenchUser, body?: unknown): Promise<string> {
  const answer = await client.post(START, body);
  expect(answer.status === 200, 'POST to answer 200', answer.body);
  return Started.parse(answer.body).syncId;
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
