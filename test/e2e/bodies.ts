import { z } from 'zod';
import { ApiErrorBody } from '../../contract/api-errors';
import { SyncOverview, SyncStatusBody } from '../../contract/sync-status';
import type { SyncClient } from '../../dev/sync-client';

export const START = '/api/v1/integrations/amazon/sync';

const Started = z.strictObject({
  success: z.literal(true),
  syncId: z.string(),
  message: z.literal('Sync started successfully'),
  status: z.literal('in_progress'),
  estimatedDuration: z.literal('30-60 seconds'),
});

/** Starts a sync, which must be accepted; returns its id. */
export async function start(client: SyncClient, body?: unknown): Promise<string> {
  const answer = await client.post(START, body);
  if (answer.status !== 200) throw new Error(`Not accepted: ${JSON.stringify(answer)}`);
  return Started.parse(answer.body).syncId;
}

export async function statusOf(client: SyncClient, syncId: string): Promise<SyncStatusBody> {
  const answer = await client.get(`/api/sync/status?syncId=${syncId}`);
  if (answer.status !== 200) throw new Error(`No status: ${JSON.stringify(answer)}`);
  return SyncStatusBody.parse(answer.body);
}

export async function overviewOf(client: SyncClient): Promise<SyncOverview> {
  return SyncOverview.parse((await client.get('/api/sync/status')).body);
}

export function errorOf(answer: { body: unknown }): ApiErrorBody {
  return ApiErrorBody.strict().parse(answer.body);
}
