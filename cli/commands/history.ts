import type { SyncHistoryEntry } from '../../contract/sync-history';
import { SyncHistory } from '../../contract/sync-replies';
import type { ApiClient } from '../api-client';
import type { Console } from '../console';
import { EXIT, type ExitCode } from '../exit-codes';
import { textTable } from '../text-table';

const HEADER = ['sync', 'started', 'by', 'status', 'took', 'orders', 'inventory', 'claims'];

/** A sync id is longer than a cell usually is, and is there to be copied. */
const WIDEST = 90;

/** Lists past syncs, newest first. */
export async function history(
  api: ApiClient,
  console: Console,
  { limit, offset }: { limit: number; offset: number },
): Promise<ExitCode> {
  const path = `/api/sync/history?limit=${limit}&offset=${offset}`;
  const { body, raw } = await api.json(path, SyncHistory);
  console.tell(raw);
  if (body.syncs.length === 0) {
    console.say(body.total === 0 ? 'There was no sync yet.' : 'There are no more syncs.');
    return EXIT.ok;
  }
  for (const line of textTable(HEADER, body.syncs.map(cellsOf), WIDEST)) console.say(line);
  const last = offset + body.syncs.length;
  if (last < body.total) console.note(`${last} of ${body.total}; more with --offset ${last}`);
  return EXIT.ok;
}

function cellsOf(sync: SyncHistoryEntry): string[] {
  const count = (records: number | null) => records?.toLocaleString('en-US') ?? '';
  return [
    sync.syncId,
    sync.startedAt,
    sync.trigger,
    sync.partial ? `${sync.status} in part` : sync.status,
    sync.duration === null ? '' : `${Math.round(sync.duration)} s`,
    count(sync.ordersProcessed),
    count(sync.inventoryCount),
    count(sync.claimsDetected),
  ];
}
