import type { Database } from '../../store/database';
import { startOf } from './account';
import { syncsBeforePurge } from './left-behind';
import type { ChaosWorld } from './run-chaos';
import { overlaps, readRuns } from './run-overlaps';
import { undelivered } from './undelivered';
import { countWrites, writeFaults } from './write-log';

/** What a run has shown, by what was promised; each line is a fault. */
export interface Verdict {
  /** Accepted syncs of which the service knows nothing. */
  lost: string[];
  /** Ids given out twice, ends recorded twice. */
  duplicated: string[];
  /** Syncs that have not ended, with everything running again. */
  stuck: string[];
  /** Two runs of one user at once. */
  doubleRuns: string[];
  /** Writes of syncs that were not the current one any more. */
  superseded: string[];
  wrongRows: string[];
  aheadOfRows: string[];
  /** Ends of syncs that a webhook was to hear of and did not. */
  undelivered: string[];
  /** What a webhook heard that it should not have. */
  misdelivered: readonly string[];
  /** What is there of users although they had it purged. */
  leftBehind: string[];
  /** Answers of the API that no outage explains, and ends that nothing explains. */
  unexplained: string[];
}

/** Some hundred histories are read in seconds; a Temporal that never came back answers never. */
const READING_MS = 5 * 60_000;

/** Looks at what is left, once everything runs again and the frontends are done. */
export async function judge({ stack, receiver, notes }: ChaosWorld): Promise<Verdict> {
  const { db, temporal, users } = stack;
  const rows = await db
    .selectFrom('syncs')
    .select(['sync_id', 'user_key', 'run_id', 'status'])
    .execute();
  const known = new Map(rows.map((row) => [row.sync_id, row]));
  const runs = await temporal.withDeadline(Date.now() + READING_MS, () =>
    readRuns(
      temporal,
      users.map(({ userId }) => userId),
      rows.map((row) => ({ userKey: row.user_key, runId: row.run_id })),
    ),
  );
  const purges = await lastPurges(db);
  const { superseded, recordedTwice } = await writeFaults(db);
  const blind = (await countWrites(db)) === 0 ? ['the log of writes has noted nothing'] : [];
  return {
    lost: [...notes.accepted].flatMap(([syncId, userId]) =>
      known.has(syncId) || startOf(syncId) <= (purges.get(userId) ?? NEVER) ? [] : [syncId],
    ),
    duplicated: [...notes.sameId, ...recordedTwice],
    stuck: rows.flatMap(({ sync_id, status }) => (status === 'in_progress' ? [sync_id] : [])),
    doubleRuns: overlaps(runs).map(
      ([a, b]) =>
        `${a.workflowId}: ${b.runId} ran from ${b.began}, ${a.runId} was open until ${a.closed}`,
    ),
    superseded: [...blind, ...superseded],
    wrongRows: notes.wrongRows,
    aheadOfRows: notes.aheadOfRows,
    undelivered: await undelivered(db, receiver),
    misdelivered: receiver.wrong,
    leftBehind: [...notes.leftBehind, ...(await syncsBeforePurge(db))],
    unexplained: [...notes.odd, ...notes.unexplained],
  };
}

const NEVER = new Date(0);

/** When each user's data was last purged: what began until then is to be forgotten. */
async function lastPurges(db: Database): Promise<Map<string, Date>> {
  const rows = await db
    .selectFrom('disconnections')
    .select(({ fn }) => ['user_key', fn.max('disconnected_at').as('at')])
    .where('purge', '=', true)
    .groupBy('user_key')
    .execute();
  return new Map(rows.map(({ user_key, at }) => [user_key, at]));
}
