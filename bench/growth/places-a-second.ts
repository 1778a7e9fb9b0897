import { sql } from 'kysely';
import type { Database } from '../../store/database';
import { leaveSyncPlace, takeSyncPlace } from '../../store/sync-places';
import { sustainedThroughput } from '../load';

const CLIENTS = 8;
const MEASURED_MS = 4_000;

/**
 * How many places can be taken in a second while so many syncs run: `take_sync_place` counts them under a lock. The
 * syncs are of the first users; places are asked for by the last one, who has none running.
 */
export async function placesASecond(db: Database, running: number, user: string): Promise<number> {
  await sql`
    insert into syncs (sync_id, user_key, run_id, mode, trigger, status, started_at)
    select 'running-' || n, 'runner-' || n, 'run', 'auto', 'schedule', 'in_progress', now()
    from generate_series(1, ${running}::integer) n`.execute(db);
  await sql`vacuum analyze syncs`.execute(db);
  let asked = 0;
  const limits = { service: 1_000_000, seller: 1_000_000 };
  const perSecond = await sustainedThroughput(CLIENTS, MEASURED_MS, async () => {
    asked += 1;
    const id = `place-${asked}`;
    const taken = await takeSyncPlace(db, { id, userKey: user, holdMs: 60_000 }, limits);
    if (taken !== 'taken') throw new Error(`Expected a place; got ${taken}`);
    await leaveSyncPlace(db, user, id);
  });
  await sql`delete from syncs where sync_id like 'running-%'`.execute(db);
  return perSecond;
}
