const DAY_MS = 86_400_000;
const HOUR_MS = 3_600_000;

/** The hour at which a daily sync runs unless its user chooses another, UTC. */
export const DEFAULT_HOUR_UTC = 2;

/** Daily syncs of one hour begin within this time, so that not all sellers of a service begin at once. */
const SPREAD_S = 30 * 60;

/**
 * How long after its full hour a user's daily sync begins, seconds: from 0 to 1,799, always the same for a user.
 * So the next run is known without asking Temporal, and a sync that ran yesterday runs a day later.
 */
export function dailyOffsetSeconds(userKey: string): number {
  // FNV-1a, 32 bits: spreads keys that differ in one character, and needs nothing that workflows may not use.
  let hash = 0x811c9dc5;
  for (const character of userKey) {
    hash = Math.imul(hash ^ (character.codePointAt(0) ?? 0), 0x01000193);
  }
  return (hash >>> 0) % SPREAD_S;
}

/** The first time after `now` at which the user's daily sync begins. */
export function nextRunAt(userKey: string, hourUtc: number, now: Date): Date {
  const midnight = Math.floor(now.getTime() / DAY_MS) * DAY_MS;
  const today = midnight + hourUtc * HOUR_MS + dailyOffsetSeconds(userKey) * 1000;
  return new Date(today > now.getTime() ? today : today + DAY_MS);
}
