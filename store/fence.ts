import { sql, type Transaction } from 'kysely';
import type { Database } from './database';
import type { Tables } from './tables';

/** The sync on whose behalf a transaction writes. */
export interface Run {
  syncId: string;
  userKey: string;
}

/** The sync has ended, or a newer one of the same user has begun: it may write nothing more. */
export class Superseded extends Error {
  override readonly name = 'Superseded';

  constructor(run: Run) {
    super(`${run.syncId} is not the current sync any more`);
  }
}

/**
 * Lets the transaction go on only while its run is the user's current, unfinished sync, and keeps it so until
 * the transaction ends: the share lock makes whoever wants to end or replace the run wait. Only the row that
 * says which sync is current is locked; the row of the sync itself stays free for what is shown of it.
 *
 * A workflow that was terminated, or cancelled without waiting, can leave an activity behind that runs for
 * many seconds more. This is the guard against what such an activity would still write.
 */
export async function fence(trx: Transaction<Tables>, run: Run): Promise<void> {
  const current = await trx
    .selectFrom('current_syncs')
    .select('sync_id')
    .select(writesFor(run))
    .where('user_key', '=', run.userKey)
    .where('sync_id', '=', run.syncId)
    .forShare()
    .executeTakeFirst();
  // A second statement: the first may have waited for whoever was ending the sync, and seen it as it was before.
  const sync =
    current &&
    (await trx
      .selectFrom('syncs')
      .select('status')
      .where('sync_id', '=', run.syncId)
      .executeTakeFirst());
  if (sync?.status !== 'in_progress') throw new Superseded(run);
}

/** Says in the transaction for which sync it writes, so that whoever watches the tables can tell. */
const writesFor = ({ syncId }: Run) =>
  sql<string>`set_config('amazon_sync.sync_id', ${syncId}, true)`.as('writes_for');

/** Writes in one transaction behind the {@link fence}; throws {@link Superseded} and writes nothing beyond it. */
export function fenced(
  db: Database,
  run: Run,
  write: (trx: Transaction<Tables>) => Promise<void>,
): Promise<void> {
  return db.transaction().execute(async (trx) => {
    await fence(trx, run);
    await write(trx);
  });
}
