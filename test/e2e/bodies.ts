import { z } from 'zod';
import { ApiErrorBody } from '../../contract/api-errors';
import { SyncOverview, SyncStatusBody } from '../../contract/sync-status';
import type { SyncClient } from '../../dev/sync-client';
import { eventually } from '../eventually';

export const START = '/api/v1/integrations/amazon/sync';

const Started = z.strictObject({
  success: z.literal(true),
  syncId: z.string(),
  message: z.literal('Sync started successfully'),
  status: z.literal('in_progress'),
  estimatedDuration: z.literal('30-60 seconds'),
});

/**
 * Starts a sync, which must be accepted; returns its id. Servers may be out of reach for a moment: it is asked for again
 * then, and the first try may have begun it all the same.
 */
export function start(client: SyncClient, body?: unknown): Promise<string> {
  let isAgain = false;
  return eventually('a start', async () => {
    const answer = await client.post(START, body);
    if (answer.status === 409 && isAgain) return errorOf(answer).existingSyncId;
    if (answer.status !== 503 || errorOf(answer).error !== 'service_unavailable')
      return startedSync(answer);
    isAgain = true;
    return undefined;
  });
}

/** The id of the sync that an answer says was started. */
export function startedSync(answer: { status: number; body: unknown }): string {
  if (answer.status !== 200) throw new Error(`Not accepted: ${JSON.stringify(answer)}`);
  return Started.parse(answer.body).syncId;
}

export async function statusOf(client: SyncClient, syncId: string): Promise<SyncStatusBody> {
  return SyncStatusBody.parse(await readable(client, `/api/sync/status?syncId=${syncId}`));
}

export async function overviewOf(client: SyncClient): Promise<SyncOverview> {
  return SyncOverview.parse(await readable(client, '/api/sync/status'));
}

/** Servers may be out of reach for a moment, on a busy machine too: a frontend asks again, as it is told to. */
function readable(client: SyncClient, path: string): Promise<unknown> {
  return eventually(`an answer to ${path}`, async () => {
    const answer = await client.get(path);
    if (answer.status === 503) return undefined;
    if (answer.status !== 200) throw new Error(`No status: ${JSON.stringify(answer)}`);
    return answer.body;
  });
}

export function errorOf(answer: { body: unknown }): ApiErrorBody {
  return ApiErrorBody.strict().parse(answer.body);
}
