import { setTimeout } from 'node:timers/promises';
import { z } from 'zod';
import { createSend, type Sending } from '../cli/send';
import { SyncStatusBody } from '../contract/sync-status';

/** The API as a frontend uses it: a URL and a session cookie. */
export interface SyncClient {
  get(path: string): Promise<{ status: number; body: unknown }>;
  post(path: string, body?: unknown): Promise<{ status: number; body: unknown }>;
  put(path: string, body: unknown): Promise<{ status: number; body: unknown }>;
  /** Polls until the sync has ended; tells each status it sees. Throws after `timeoutMs`. */
  untilEnded(
    syncId: string,
    timeoutMs: number,
    onStatus?: (status: SyncStatusBody) => void,
  ): Promise<SyncStatusBody>;
}

const POLL_MS = 250;

export function createSyncClient(baseUrl: string, cookie: string): SyncClient {
  const send = createSend(baseUrl, { cookie });
  const call = async (path: string, sending?: Sending) => {
    const response = await send(path, sending);
    const body: unknown = await response.json();
    return { status: response.status, body };
  };
  const get = (path: string) => call(path);
  return {
    get,
    post: (path, body) => call(path, { method: 'POST', body }),
    put: (path, body) => call(path, { method: 'PUT', body }),
    async untilEnded(syncId, timeoutMs, onStatus) {
      const giveUpAt = performance.now() + timeoutMs;
      for (;;) {
        const answer = await get(`/api/sync/status?syncId=${encodeURIComponent(syncId)}`);
        // A server may be out of reach for a moment: a frontend asks again, as it is told to.
        const status = answer.status === 503 ? undefined : SyncStatusBody.parse(answer.body);
        if (status !== undefined) {
          onStatus?.(status);
          if (status.status !== 'in_progress') return status;
        }
        if (performance.now() > giveUpAt) {
          const last = status?.message ?? 'its status is out of reach';
          throw new Error(`${syncId} is still in progress: ${last}`);
        }
        await setTimeout(POLL_MS);
      }
    },
  };
}

const SignedIn = z.object({ token: z.string() });

/** Signs in at an embedded stack; with a seller also connects it. Returns the cookie. */
export async function signIn(baseUrl: string, user: string, seller?: string): Promise<string> {
  const { status, body } = await createSyncClient(baseUrl, '').post('/dev/sign-in', {
    user,
    ...(seller !== undefined && { seller }),
  });
  if (status !== 200) throw new Error(`Sign-in failed with ${status}: ${JSON.stringify(body)}`);
  return `session_token=${SignedIn.parse(body).token}`;
}
