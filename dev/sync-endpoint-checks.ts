import { deepStrictEqual, match, notStrictEqual, ok, strictEqual } from 'node:assert';
import { z } from 'zod';
import { ApiErrorBody } from '../contract/api-errors';
import { ReturnRow } from '../contract/returns';
import { ClaimRow, InventoryRow, OrderRow } from '../contract/rows';
import { createSyncClient } from './sync-client';

export interface CheckTarget {
  baseUrl: string;
  /** A session whose user is connected and has no sync running. */
  cookie: string;
  /** A session whose user is not connected, where there is one to be had. */
  unconnectedCookie?: string;
}

export interface Check {
  name: string;
  run(): Promise<unknown>;
}

const START = '/api/v1/integrations/amazon/sync';
const SYNC_TIMEOUT_MS = 600_000;

/** What a frontend relies on, in the order in which it happens. Later checks use the sync of earlier ones. */
export function syncEndpointChecks({ baseUrl, cookie, unconnectedCookie }: CheckTarget): Check[] {
  const client = createSyncClient(baseUrl, cookie);
  const stranger = createSyncClient(baseUrl, '');
  let syncId = '';

  const checks: Check[] = [
    {
      name: '401 unauthorized without a session',
      run: async () => expectError(await stranger.post(START), 401, 'unauthorized'),
    },
    {
      name: '401 unauthorized with a forged session',
      run: async () => {
        const forged = createSyncClient(baseUrl, 'session_token=eyJhbGciOiJub25lIn0.e30.');
        expectError(await forged.post(START), 401, 'unauthorized');
      },
    },
    {
      name: '400 invalid_request for a mode that does not exist',
      run: async () =>
        expectError(await client.post(START, { mode: 'fastest' }), 400, 'invalid_request'),
    },
    {
      name: '200 with exactly the promised body',
      run: async () => {
        const { status, body } = await client.post(START);
        strictEqual(status, 200, JSON.stringify(body));
        syncId = z.object({ syncId: z.string() }).parse(body).syncId;
        match(syncId, /^sync_[A-Za-z0-9_-]+_\d+$/);
        deepStrictEqual(body, {
          success: true,
          syncId,
          message: 'Sync started successfully',
          status: 'in_progress',
          estimatedDuration: '30-60 seconds',
        });
      },
    },
    {
      name: '409 sync_in_progress with the existingSyncId while it runs',
      run: async () => {
        const error = expectError(await client.post(START), 409, 'sync_in_progress');
        strictEqual(error.existingSyncId, syncId);
      },
    },
    {
      name: '404 not_found for a sync that never was',
      run: async () =>
        expectError(await client.get('/api/sync/status?syncId=sync_x_1'), 404, 'not_found'),
    },
    {
      name: 'polling shows progress that never falls, and ends complete',
      run: async () => {
        let before = 0;
        const ended = await client.untilEnded(syncId, SYNC_TIMEOUT_MS, ({ progress }) => {
          ok(progress >= before, `progress fell from ${before} to ${progress}`);
          before = progress;
        });
        strictEqual(ended.status, 'complete', ended.message);
        strictEqual(ended.progress, 100);
      },
    },
    {
      name: 'the status without an id names it as the last sync',
      run: async () => {
        const { body } = await client.get('/api/sync/status');
        const { lastSync } = z.object({ lastSync: z.object({ syncId: z.string() }) }).parse(body);
        strictEqual(lastSync.syncId, syncId);
      },
    },
    ...[
      { name: 'orders', row: OrderRow },
      { name: 'inventory', row: InventoryRow },
      { name: 'claims', row: ClaimRow },
      { name: 'returns', row: ReturnRow },
    ].map(({ name, row }) => ({
      name: `${name} are read back`,
      run: async () => {
        const { status, body } = await client.get(`/api/v1/integrations/amazon/${name}?limit=5`);
        strictEqual(status, 200, JSON.stringify(body));
        const page = z
          .object({ [name]: z.array(row), total: z.number() })
          .loose()
          .parse(body);
        notStrictEqual(page.lastSyncedAt, null);
      },
    })),
  ];
  if (unconnectedCookie !== undefined) {
    const unconnected = createSyncClient(baseUrl, unconnectedCookie);
    checks.push({
      name: '400 amazon_not_connected for a user without a connection',
      run: async () => expectError(await unconnected.post(START), 400, 'amazon_not_connected'),
    });
  }
  return checks;
}

function expectError(
  { status, body }: { status: number; body: unknown },
  expectedStatus: number,
  code: string,
): ApiErrorBody {
  strictEqual(status, expectedStatus, JSON.stringify(body));
  const error = ApiErrorBody.parse(body);
  strictEqual(error.error, code);
  return error;
}
