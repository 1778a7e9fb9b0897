import { randomUUID } from 'node:crypto';
import type { ScopedDatabase } from '../store/scoped-database';
import { type StartConditions, startConditions, takePlaceToStart } from '../store/start-conditions';
import { leaveSyncPlace, type SyncLimits, type SyncPlace } from '../store/sync-places';
import { freshReads } from './fresh-reads';

/** A place of a user's sync, held by all requests of the user that want to start it at the moment. */
export interface HeldPlace {
  /** What came of asking for it. */
  readonly place: SyncPlace;
  /** As they are since the place was asked for. */
  readonly conditions: StartConditions;
  /** For whoever writes the row of the sync: it takes the place over. */
  readonly id: string;
  /** The row has taken it over, or may have: who comes from here on asks for another. */
  taken(): void;
  /** The request is done. The last of them gives back a place that was not used. */
  leave(): Promise<void>;
}

interface PlaceTakerDeps {
  db: ScopedDatabase;
  limits: SyncLimits;
}

/** Longer than a start may take, and soon over where the process dies in it. */
const PLACE_MS = 15_000;

/** A place is shared by those who come within this, so that the last of them has it for long enough. */
const SHARED_MS = 5_000;

/**
 * Takes places for starts. A crowd of requests of one user, of which Temporal accepts one, costs one question and not a
 * thousand.
 */
export function createPlaceTaker({ db, limits }: PlaceTakerDeps) {
  interface Shared {
    id: string;
    asked: ReturnType<typeof takePlaceToStart>;
    until: number;
    holders: number;
    isUsed: boolean;
  }
  const shared = new Map<string, Shared>();
  const conditionsOf = freshReads(
    (userKey: string) => userKey,
    (userKey) => startConditions(db.ofUser(userKey), userKey),
  );

  function ask(userKey: string): Shared {
    const id = randomUUID();
    const entry: Shared = {
      id,
      asked: takePlaceToStart(db.ofUser(userKey), { id, userKey, holdMs: PLACE_MS }, limits),
      until: performance.now() + SHARED_MS,
      holders: 0,
      isUsed: false,
    };
    shared.set(userKey, entry);
    return entry;
  }

  return async function takePlace(userKey: string): Promise<HeldPlace> {
    const known = shared.get(userKey);
    const isShared = known !== undefined && performance.now() < known.until;
    const entry = isShared ? known : ask(userKey);
    entry.holders += 1;
    const forget = () => {
      if (shared.get(userKey) === entry) shared.delete(userKey);
    };
    const leave = async () => {
      entry.holders -= 1;
      if (entry.holders > 0) return;
      forget();
      if (entry.isUsed || (await entry.asked).place !== 'taken') return;
      await leaveSyncPlace(db.ofUser(userKey), userKey, entry.id);
    };
    try {
      // Who shares a place came after it was asked for: what the user did in between counts.
      const [{ place, ...asked }, fresh] = await Promise.all([
        entry.asked,
        isShared ? conditionsOf(userKey) : undefined,
      ]);
      const taken = () => {
        entry.isUsed = true;
        forget();
      };
      return { place, conditions: fresh ?? asked, id: entry.id, taken, leave };
    } catch (error) {
      forget();
      leave().catch(() => undefined);
      throw error;
    }
  };
}

export type TakePlace = ReturnType<typeof createPlaceTaker>;
