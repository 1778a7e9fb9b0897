import type { Transaction } from 'kysely';
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
 * the transaction ends: the share lock makes whoever wants to end or replace the run wait.
 *
 * A workflow that was terminated, or cancelled without waiting, can leave an activity behind that runs for
 * many seconds more. This is the guard against what such an activity would still write.
 */
export async function fence(trx: Transaction<Tables>, run: Run): Promise<void> {
  const current = await trx
    .selectFrom('current_syncs')
    .innerJoin('syncs', 'syncs.sync_id', 'current_syncs.sync_id')
    .select('syncs.status')
    .where('current_syncs.user_key', '=', run.userKey)
    .where('current_syncs.sync_id', '=', run.syncId)
    .forShare()
    .executeTakeFirst();
  if (current?.status !== 'in_progress') throw new Superseded(run);
}
