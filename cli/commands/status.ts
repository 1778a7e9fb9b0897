import { SyncOverview, SyncStatusBody } from '../../contract/sync-status';
import type { ApiClient } from '../api-client';
import type { Console } from '../console';
import { EXIT, type ExitCode } from '../exit-codes';
import { exitOf, statusPath } from '../follow-sync';
import { progressLines } from '../progress-bars';

/** Tells how a sync is; without an id the running one, or else the last one. */
export async function status(
  api: ApiClient,
  console: Console,
  { syncId }: { syncId: string | undefined },
): Promise<ExitCode> {
  if (syncId !== undefined) {
    const { body, raw } = await api.json(statusPath(syncId), SyncStatusBody);
    console.tell(raw);
    say(console, body);
    return exitOf(body);
  }
  const { body, raw } = await api.json('/api/sync/status', SyncOverview);
  console.tell(raw);
  const sync = body.activeSync ?? body.lastSync;
  if (sync === null) {
    console.say('There was no sync yet.');
    return EXIT.ok;
  }
  say(console, sync);
  if (body.nextScheduledSync !== null) console.say(`next      ${body.nextScheduledSync}`);
  return exitOf(sync);
}

function say(console: Console, body: SyncStatusBody): void {
  const times = [`from ${body.startedAt}`];
  if (body.completedAt !== null) times.push(`to ${body.completedAt}`);
  if (body.estimatedCompletion !== null) times.push(`done at about ${body.estimatedCompletion}`);
  console.say(`${body.syncId}: ${body.partial ? 'complete in part' : words(body.status)}`);
  console.say(`  ${times.join(' ')}, ${Math.floor(body.progress)} %`);
  for (const line of progressLines(body)) console.say(line);
  console.say(`  ${body.message}`);
}

function words(state: SyncStatusBody['status']): string {
  return state === 'in_progress' ? 'in progress' : state;
}
