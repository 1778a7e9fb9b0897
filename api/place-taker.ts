import { randomUUID } from 'node:crypto';
import type { ScopedDatabase } from '../store/scoped-database';
import {
  leaveSyncPlace,
  type SyncLimits,
  type SyncPlace,
  takeSyncPlace,
} from '../store/sync-places';

/** A place of a user's sync, held by all requests of the user that want to start it at the moment. */
export interface HeldPlace {
  /** What came of asking for it. */
  readonly place: SyncPlace;
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
    place: Promise<SyncPlace>;
    until: number;
    holders: number;
    isUsed: boolean;
  }
  const shared = new Map<string, Shared>();

  function sharedOf(userKey: string): Shared {
    const known = shared.get(userKey);
    if (known !== undefined && performance.now() < known.until) return known;
    const id = randomUUID();
    const entry: Shared = {
      id,
      place: takeSyncPlace(db.ofUser(userKey), { id, userKey, holdMs: PLACE_MS }, limits),
      until: performance.now() + SHARED_MS,
      holders: 0,
      isUsed: false,
    };
    shared.set(userKey, entry);
    return entry;
  }

  return async function takePlace(userKey: string): Promise<HeldPlace> {
    const entry = sharedOf(userKey);
    entry.holders += 1;
    const forget = () => {
      if (shared.get(userKey) === entry) shared.delete(userKey);
    };
    const leave = async () => {
      entry.holders -= 1;
      if (entry.holders > 0) return;
      forget();
      if (entry.isUsed || (await entry.place) !== 'taken') return;
      await leaveSyncPlace(db.ofUser(userKey), userKey, entry.id);
    };
    try {
      const place = await entry.place;
      const taken = () => {
        entry.isUsed = true;
        forget();
      };
      return { place, id: entry.id, taken, leave };
    } catch (error) {
      entry.holders -= 1;
      forget();
      throw error;
    }
  };
}

export type TakePlace = ReturnType<typeof createPlaceTaker>;
