import { type QueryResult, type Selectable, sql, type Transaction } from 'kysely';
import { type SyncStatus, SyncStatusBody } from '../contract/sync-status';
import type { Database } from './database';
import { fence, type Run, Superseded } from './fence';
import type { SyncsTable, Tables } from './tables';
import { insertDeliveries } from './webhook-deliveries';

export interface Sync {
  syncId: string;
  userKey: string;
  runId: string;
  mode: 'auto' | 'full';
  trigger: 'manual' | 'schedule' | 'connect';
  status: SyncStatus;
  startedAt: Date;
  completedAt: Date | null;
  /** The final status once it ended; before, the last one that anybody was shown. */
  body: SyncStatusBody | null;
}

export type NewSync = Pick<Sync, 'syncId' | 'userKey' | 'runId' | 'mode' | 'trigger' | 'startedAt'>;

/**
 * Writes the row of a sync that has begun, in one round trip. Called by whoever knows first; a second call changes
 * nothing. From here on the row counts in place of what {@link import('./sync-places').takeSyncPlace} gave the sync, by
 * default under its id. Throws {@link Superseded} for one whose user's data was purged since: it may leave nothing
 * behind.
 *
 * Does not wait for the disk: the step that prepares the sync writes the row again where a crash of PostgreSQL has
 * lost it.
 */
export async function insertSync(db: Database, sync: NewSync, placeId?: string): Promise<void> {
  await keep(
    sync,
    sql<Kept>`
      select set_config('synchronous_commit', 'off', true), ${keepSync(sync, placeId)} as kept`.execute(
      db,
    ),
  );
}

/** The same as a part of a transaction that has more to write. */
async function insertSyncWithin(trx: Transaction<Tables>, sync: NewSync): Promise<void> {
  await keep(sync, sql<Kept>`select ${keepSync(sync)} as kept`.execute(trx));
}

interface Kept {
  kept: boolean;
}

async function keep(sync: NewSync, asked: Promise<QueryResult<Kept>>): Promise<void> {
  const { rows } = await asked;
  if (rows[0]?.kept !== true) throw new Superseded(sync);
}

function keepSync(sync: NewSync, placeId = sync.syncId) {
  const { syncId, userKey, runId, mode, trigger, startedAt } = sync;
  return sql<boolean>`keep_sync(
    ${syncId}, ${userKey}, ${runId}, ${mode}, ${trigger}, ${startedAt}::timestamptz, ${placeId})`;
}

/** Keeps new rows of a user's syncs, and ends of running ones, out until the transaction has ended. */
export async function holdSyncs(trx: Transaction<Tables>, userKey: string): Promise<void> {
  await sql`select pg_advisory_xact_lock(${lockOfSyncs(userKey)})`.execute(trx);
}

function lockOfSyncs(userKey: string) {
  return sql`hashtextextended(${`syncs of ${userKey}`}, 0)`;
}

/**
 * Makes a sync the user's current one, so that writes of any earlier one are refused from here on.
 * `workflowStartedAt` is Temporal's start time of the run: of two runs the later one wins, whatever the order
 * in which they call. Throws {@link Superseded} for the earlier one, and for one that has recorded its end: an
 * operator who resets its run has it begin again, and what was told of its end stays true.
 */
export function takeOver(db: Database, run: Run, workflowStartedAt: Date): Promise<void> {
  return db.transaction().execute(async (trx) => {
    const taken = await trx
      .insertInto('current_syncs')
      .values({ user_key: run.userKey, sync_id: run.syncId, started_at: workflowStartedAt })
      .onConflict((conflict) =>
        conflict
          .column('user_key')
          .doUpdateSet(({ ref }) => ({
            sync_id: ref('excluded.sync_id'),
            started_at: ref('excluded.started_at'),
          }))
          .whereRef('excluded.started_at', '>=', 'current_syncs.started_at'),
      )
      .returning('sync_id')
      .executeTakeFirst();
    if (taken === undefined) throw new Superseded(run);
    await fence(trx, run);
  });
}

/** A sync by its id; undefined when it is unknown or another user's. */
export async function findSync(
  db: Database,
  userKey: string,
  syncId: string,
): Promise<Sync | undefined> {
  const row = await db
    .selectFrom('syncs')
    .selectAll()
    .where('user_key', '=', userKey)
    .where('sync_id', '=', syncId)
    .executeTakeFirst();
  return row && toSync(row);
}

/** The user's newest syncs, newest first, without the first `offset` of them. */
export async function latestSyncs(
  db: Database,
  userKey: string,
  limit: number,
  offset = 0,
): Promise<Sync[]> {
  const rows = await db
    .selectFrom('syncs')
    .selectAll()
    .where('user_key', '=', userKey)
    .orderBy('started_at', 'desc')
    .orderBy('sync_id', 'desc')
    .limit(limit)
    .offset(offset)
    .execute();
  return rows.map(toSync);
}

/** How many syncs the user has ever had. */
export async function countSyncs(db: Database, userKey: string): Promise<number> {
  const { count } = await db
    .selectFrom('syncs')
    .select(({ fn }) => fn.countAll<string>().as('count'))
    .where('user_key', '=', userKey)
    .executeTakeFirstOrThrow();
  return Number(count);
}

/** What recording an end has done. */
export interface Recorded {
  /** False when the sync had ended already, or its user's data was purged. */
  isFirst: boolean;
  /** Deliveries to the user's webhooks, noted with the end; whoever recorded it starts them. */
  deliveryIds: readonly string[];
}

/**
 * Records how a sync ended, once: terminal states are final. The row is made if nobody has written it yet, so an
 * outcome is never without its sync.
 */
export function recordOutcome(
  db: Database,
  sync: NewSync,
  body: SyncStatusBody,
): Promise<Recorded> {
  return db
    .transaction()
    .execute((trx) => recordOutcomeWithin(trx, sync, body))
    .catch((error: unknown) => {
      if (error instanceof Superseded) return { isFirst: false, deliveryIds: [] };
      throw error;
    });
}

/** {@link recordOutcome} as a part of a transaction; throws {@link Superseded} where the data was purged. */
export async function recordOutcomeWithin(
  trx: Transaction<Tables>,
  sync: NewSync,
  body: SyncStatusBody,
): Promise<Recorded> {
  await insertSyncWithin(trx, sync);
  // Waits for writes that passed the fence, and holds off those that have not.
  await trx
    .selectFrom('current_syncs')
    .select('sync_id')
    .where('user_key', '=', sync.userKey)
    .where('sync_id', '=', sync.syncId)
    .forUpdate()
    .execute();
  const result = await trx
    .updateTable('syncs')
    .set({
      status: body.status,
      completed_at: body.completedAt,
      body: JSON.stringify(body),
    })
    .where('sync_id', '=', sync.syncId)
    .where('user_key', '=', sync.userKey)
    .where('status', '=', 'in_progress')
    .executeTakeFirst();
  if (result.numUpdatedRows === 0n) return { isFirst: false, deliveryIds: [] };
  return { isFirst: true, deliveryIds: await insertDeliveries(trx, sync.userKey, body) };
}

/** The user's syncs that have not ended and began until a time: one, but where a row was left behind. */
export async function openSyncs(db: Database, userKey: string, until: Date): Promise<Sync[]> {
  const rows = await db
    .selectFrom('syncs')
    .selectAll()
    .where('user_key', '=', userKey)
    .where('status', '=', 'in_progress')
    .where('started_at', '<=', until)
    .execute();
  return rows.map(toSync);
}

/** Keeps what was shown of a running sync, so that no process ever shows a lower progress later. */
export async function keepShown(db: Database, body: SyncStatusBody): Promise<void> {
  await db
    .updateTable('syncs')
    .set({ body: JSON.stringify(body) })
    .where('sync_id', '=', body.syncId)
    .where('status', '=', 'in_progress')
    .where(sql<boolean>`coalesce((body->>'progress')::numeric, -1) <= ${body.progress}`)
    .execute();
}

/** A sync that is younger has its worker, or will have one; and one that runs is looked at every so often. */
export const UNCHECKED = { youngestMs: 2 * 60_000, oftenMs: 5 * 60_000 };

/** Syncs that have not ended and nobody has looked at lately; marks them as looked at. */
export async function takeUncheckedSyncs(db: Database, limit: number, now: Date): Promise<Sync[]> {
  const rows = await db
    .updateTable('syncs')
    .set({ checked_at: now })
    .where('sync_id', 'in', (eb) =>
      eb
        .selectFrom('syncs')
        .select('sync_id')
        .where('status', '=', 'in_progress')
        .where('started_at', '<', new Date(now.getTime() - UNCHECKED.youngestMs))
        .where((or) =>
          or.or([
            or('checked_at', 'is', null),
            or('checked_at', '<', new Date(now.getTime() - UNCHECKED.oftenMs)),
          ]),
        )
        .orderBy('checked_at', (order) => order.asc().nullsFirst())
        .orderBy('started_at')
        .limit(limit)
        .forUpdate()
        .skipLocked(),
    )
    .returningAll()
    .execute();
  return rows.map(toSync);
}

function toSync(row: Selectable<SyncsTable>): Sync {
  return {
    syncId: row.sync_id,
    userKey: row.user_key,
    runId: row.run_id,
    mode: row.mode,
    trigger: row.trigger,
    status: row.status,
    startedAt: row.started_at,
    completedAt: row.completed_at,
    body: row.body === null ? null : SyncStatusBody.parse(row.body),
  };
}
