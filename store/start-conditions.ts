import { sql } from 'kysely';
import type { Database } from './database';
import { placeTaken, type SyncLimits, type SyncPlace, type TakeSyncPlace } from './sync-places';

/** What a start depends on that the user has done before. */
export interface StartConditions {
  /** Of each current connection. */
  connections: ('connected' | 'reauthorization_required')[];
  /** When the user last disconnected; null where that is long ago, or never was. */
  disconnectedAt: Date | null;
  /** Whether the newest sync is in progress, as far as the database has heard. */
  isInProgress: boolean;
}

/** Whoever takes no place for a sync asks only for these. */
export async function startConditions(db: Database, userKey: string): Promise<StartConditions> {
  const { rows } = await sql<StartConditions>`
    select ${COLUMNS} from start_conditions(${userKey})`.execute(db);
  return first(rows);
}

/** Both in one round trip, as every start asks for them. */
export async function takePlaceToStart(
  db: Database,
  place: TakeSyncPlace,
  limits: SyncLimits,
): Promise<StartConditions & { place: SyncPlace }> {
  const { rows } = await sql<StartConditions & { place: SyncPlace }>`
    select ${placeTaken(place, limits)} as place, ${COLUMNS}
    from start_conditions(${place.userKey})`.execute(db);
  return first(rows);
}

const COLUMNS = sql`
  connections, disconnected_at as "disconnectedAt", is_in_progress as "isInProgress"`;

function first<Row>([row]: readonly Row[]): Row {
  if (row === undefined) throw new Error('PostgreSQL answered nothing');
  return row;
}
