import type { Transaction } from 'kysely';
import type { Region } from '../contract/regions';
import { startingState } from '../contract/starting-state';
import { statusBodyOf } from '../contract/status-body';
import type { SyncStatusBody } from '../contract/sync-status';
import { withoutWaits } from '../contract/without-waits';
import { recordAudit } from './audit-events';
import type { Database } from './database';
import { noteDisconnection } from './disconnections';
import { forgetOauthStates } from './oauth-states';
import { removeSchedule } from './sync-schedules';
import { holdSyncs, openSyncs, recordOutcomeWithin, type Sync } from './syncs';
import type { Tables } from './tables';

export interface Disconnect {
  userKey: string;
  /** Only this one's connection; without it all of them. */
  region: Region | undefined;
  /** Whether what is stored goes too, also of connections that ended before. */
  purge: boolean;
}

export interface Disconnected {
  /** When; whatever sync of the user began until then has nothing more to write. Undefined while others go on. */
  stopsSyncsUntil: Date | undefined;
  /** Rows that are gone already. */
  deleted: PurgedOfUser;
  /** Deliveries to the user's webhooks of syncs that ended with it; whoever disconnects starts them. */
  deliveryIds: readonly string[];
  /** Ends of syncs that this has recorded. */
  ended: readonly SyncStatusBody[];
}

/** Rows of a user that belong to no connection. */
export interface PurgedOfUser {
  syncs: number;
  webhooks: number;
}

const ENDED = { status: 'disconnected', refresh_token: null, first_sync_owed_at: null } as const;

/**
 * Ends a user's connections: their tokens are gone, their rows are no longer shown. Where none is left, the daily
 * sync goes and a running sync ends here and now as cancelled, so that the fence keeps out what it still writes; its
 * workflow is ended by whoever works off the disconnections. With `purge` the rows of connections are marked, to be
 * deleted by {@link import('./purged-rows').deletePurgedRows}, and everything else of the user is deleted.
 */
export function disconnectUser(
  db: Database,
  disconnect: Disconnect,
  now: Date,
): Promise<Disconnected> {
  return db.transaction().execute(async (trx) => {
    const { userKey, region, purge } = disconnect;
    await holdSyncs(trx, userKey);
    // First, so that whoever is about to store a connection by one has done so, or finds it gone.
    if (purge) await forgetOauthStates(trx, userKey, region);
    const ended = await trx
      .updateTable('connections')
      .set({ ...ENDED, updated_at: now })
      .where('user_key', '=', userKey)
      .where('status', '<>', 'disconnected')
      .$if(region !== undefined, (query) => query.where('region', '=', region as Region))
      .returning('id')
      .execute();
    if (ended.length > 0) {
      const details = { region, connections: ended.length };
      await recordAudit(trx, { userKey, action: 'disconnect', at: now, details });
    }
    const marked = purge ? await markPurged(trx, disconnect, now) : 0;
    const left = await trx
      .selectFrom('connections')
      .select('id')
      .where('user_key', '=', userKey)
      .where('status', '<>', 'disconnected')
      .limit(1)
      .executeTakeFirst();
    // Of one region of several; or of all, while somebody connects anew.
    const stays = left !== undefined || (ended.length === 0 && !purge);
    const gone = stays
      ? { stopsSyncsUntil: undefined, deleted: NOTHING, ended: [], deliveryIds: [] }
      : await leave(trx, userKey, purge, now);
    // Asked for again, it finds nothing, and the trail has it already.
    const { syncs, webhooks } = gone.deleted;
    if (purge && ended.length + marked + syncs + webhooks > 0) {
      const details = { region, connections: marked, ...gone.deleted };
      await recordAudit(trx, { userKey, action: 'purge', at: now, details });
    }
    return gone;
  });
}

/**
 * Marks a user's connections to be purged that ended before a time, and disconnects by it those that waited to be
 * authorized again. Where nothing of the user is left unmarked, everything else goes too, in the same transaction:
 * a mark alone would be the last that anybody knows of the user.
 */
export function expireUser(db: Database, userKey: string, before: Date, now: Date): Promise<void> {
  return db.transaction().execute(async (trx) => {
    await holdSyncs(trx, userKey);
    const { numUpdatedRows } = await trx
      .updateTable('connections')
      .set({ ...ENDED, purged_at: now, updated_at: now })
      .where('user_key', '=', userKey)
      .where('status', '<>', 'connected')
      .where('purged_at', 'is', null)
      .where('updated_at', '<', before)
      .executeTakeFirst();
    const other = await trx
      .selectFrom('connections')
      .select('id')
      .where('user_key', '=', userKey)
      .where('purged_at', 'is', null)
      .limit(1)
      .executeTakeFirst();
    // Connected again meanwhile.
    if (other !== undefined && numUpdatedRows === 0n) return;
    const deleted = other === undefined && (await leave(trx, userKey, true, now)).deleted;
    const details = { by: 'retention', connections: Number(numUpdatedRows), ...deleted } as const;
    await recordAudit(trx, { userKey, action: 'purge', at: now, details });
  });
}

/** What a user leaves behind who has no connection any more. */
async function leave(
  trx: Transaction<Tables>,
  userKey: string,
  purge: boolean,
  now: Date,
): Promise<Disconnected> {
  await removeSchedule(trx, userKey, purge ? 'purged' : 'removed', now);
  const newest = await trx
    .selectFrom('syncs')
    .select('started_at')
    .where('user_key', '=', userKey)
    .orderBy('started_at', 'desc')
    .limit(1)
    .executeTakeFirst();
  // A process whose clock is ahead may have started it.
  const until = new Date(Math.max(now.getTime(), newest?.started_at.getTime() ?? 0));
  await noteDisconnection(trx, userKey, purge, until);
  if (purge) {
    const deleted = await deleteOfUser(trx, userKey);
    return { stopsSyncsUntil: until, deleted, ended: [], deliveryIds: [] };
  }
  const ended: SyncStatusBody[] = [];
  const deliveryIds: string[] = [];
  for (const sync of await openSyncs(trx, userKey, until)) {
    const body = cancelledBody(sync, now);
    const recorded = await recordOutcomeWithin(trx, sync, body);
    if (recorded.isFirst) ended.push(body);
    deliveryIds.push(...recorded.deliveryIds);
  }
  return { stopsSyncsUntil: until, deleted: NOTHING, ended, deliveryIds };
}

const NOTHING: PurgedOfUser = { syncs: 0, webhooks: 0 };

/**
 * Rows of connections may be millions: they are no longer shown from here on, and deleted in batches. Returns of how
 * many connections.
 */
async function markPurged(
  trx: Transaction<Tables>,
  { userKey, region }: Disconnect,
  now: Date,
): Promise<number> {
  const { numUpdatedRows } = await trx
    .updateTable('connections')
    .set({ purged_at: now })
    .where('user_key', '=', userKey)
    .where('status', '=', 'disconnected')
    .where('purged_at', 'is', null)
    .$if(region !== undefined, (query) => query.where('region', '=', region as Region))
    .executeTakeFirst();
  return Number(numUpdatedRows);
}

/** Every table that knows a user and not by a connection; what hangs on these rows goes with them. */
async function deleteOfUser(trx: Transaction<Tables>, userKey: string): Promise<PurgedOfUser> {
  const syncs = await trx.deleteFrom('syncs').where('user_key', '=', userKey).executeTakeFirst();
  const webhooks = await trx
    .deleteFrom('webhooks')
    .where('user_key', '=', userKey)
    .executeTakeFirst();
  await forgetOauthStates(trx, userKey, undefined);
  return { syncs: Number(syncs.numDeletedRows), webhooks: Number(webhooks.numDeletedRows) };
}

function cancelledBody(sync: Sync, now: Date): SyncStatusBody {
  const { syncId, startedAt } = sync;
  const state = startingState({ syncId, startedAt: startedAt.toISOString() });
  return {
    ...withoutWaits(sync.body ?? statusBodyOf(state, {}, now.getTime())),
    status: 'cancelled',
    message: 'Sync cancelled: Amazon was disconnected',
    completedAt: now.toISOString(),
    error: null,
  };
}
