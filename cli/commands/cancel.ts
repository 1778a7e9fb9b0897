import { SyncCancelled } from '../../contract/sync-replies';
import type { ApiClient } from '../api-client';
import type { Console } from '../console';
import { EXIT, type ExitCode } from '../exit-codes';

/** Cancels a sync; without an id the running one. */
export async function cancel(
  api: ApiClient,
  console: Console,
  { syncId }: { syncId: string | undefined },
): Promise<ExitCode> {
  const path =
    syncId === undefined ? '/api/sync/cancel' : `/api/sync/cancel/${encodeURIComponent(syncId)}`;
  const { body, raw } = await api.json(path, SyncCancelled, { method: 'POST' });
  console.tell(raw);
  console.say(body.message);
  return EXIT.ok;
}
