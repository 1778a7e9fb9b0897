import { SyncOverview } from '../../contract/sync-status';
import type { ApiClient } from '../api-client';
import type { Console } from '../console';
import { EXIT, type ExitCode } from '../exit-codes';
import { Failure } from '../failure';
import { exitOf, followSync } from '../follow-sync';

/** Follows a sync to its end; without an id the running one, or else tells the end of the last one. */
export async function watch(
  api: ApiClient,
  console: Console,
  { syncId }: { syncId: string | undefined },
): Promise<ExitCode> {
  if (syncId !== undefined) return follow(api, console, syncId);
  const { body } = await api.json('/api/sync/status', SyncOverview);
  const sync = body.activeSync ?? body.lastSync;
  if (sync === null) throw new Failure(EXIT.refused, 'not_found', 'There was no sync yet.');
  return follow(api, console, sync.syncId);
}

/** Shows a sync as it goes, and how it ended. */
export async function follow(api: ApiClient, console: Console, syncId: string): Promise<ExitCode> {
  const view = console.progress();
  let exit: ExitCode = EXIT.ok;
  const onInterrupt = () =>
    console.note(`The sync goes on. To end it: amazon-sync cancel ${syncId}`);
  api.signal.addEventListener('abort', onInterrupt, { once: true });
  const onTrouble = (message: string) => {
    if (!console.json) view.note(message);
  };
  for await (const { body, raw } of followSync(api, syncId, onTrouble)) {
    console.tell(raw);
    if (!console.json) view.show(body);
    exit = exitOf(body);
    // On a terminal the words stand under the bars already.
    if (body.status !== 'in_progress' && !console.out.isTTY) console.say(body.message);
  }
  api.signal.removeEventListener('abort', onInterrupt);
  return exit;
}
