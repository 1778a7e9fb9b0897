import { SyncStarted } from '../../contract/sync-replies';
import type { ApiClient } from '../api-client';
import type { Console } from '../console';
import { EXIT, type ExitCode } from '../exit-codes';
import { follow } from './watch';

/** Starts a sync; with `watch` follows it to its end. */
export async function start(
  api: ApiClient,
  console: Console,
  { full, watch }: { full: boolean; watch: boolean },
): Promise<ExitCode> {
  const { body, raw } = await api.json('/api/v1/integrations/amazon/sync', SyncStarted, {
    method: 'POST',
    body: { mode: full ? 'full' : 'auto' },
  });
  console.tell(raw);
  // Alone, so that a script can keep it.
  if (!watch) {
    console.say(body.syncId);
    return EXIT.ok;
  }
  console.say(`${body.message}: ${body.syncId}`);
  return follow(api, console, body.syncId);
}
