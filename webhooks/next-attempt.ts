const MINUTE = 60_000;
const HOUR = 60 * MINUTE;

/**
 * The pauses between attempts, ms: eight attempts in 23 h 35 min. They grow as Standard Webhooks advises, so that a
 * restart of a receiver costs seconds and one that is down overnight is not worn out.
 */
const PAUSES_MS = [5_000, 5 * MINUTE, 30 * MINUTE, 2 * HOUR, 4 * HOUR, 7 * HOUR, 10 * HOUR];

/** The longest that a receiver may have us wait on top of no pause of ours: so all attempts stay within 27 hours. */
const LONGEST_RETRY_AFTER_MS = HOUR;

export interface FailedAttempt {
  /** How many attempts were made, this one included. */
  attempts: number;
  /** Epoch ms. */
  now: number;
  status: number | null;
  /** The header as it came. */
  retryAfter: string | null;
}

/** When to try again after a failed attempt, epoch ms; null when it was the last one. */
export function nextAttemptAt({ attempts, now, status, retryAfter }: FailedAttempt): number | null {
  const pause = PAUSES_MS[attempts - 1];
  if (pause === undefined) return null;
  // Up to a tenth later, so that what failed at one moment does not all come back at one moment.
  const own = pause * (1 + Math.random() / 10);
  const asked = status === 429 || status === 503 ? askedPause(retryAfter, now) : 0;
  return Math.ceil(now + Math.max(own, Math.min(asked, LONGEST_RETRY_AFTER_MS)));
}

/** `Retry-After` in ms: seconds or a date, RFC 9110 section 10.2.3. 0 for what is neither. */
function askedPause(retryAfter: string | null, now: number): number {
  if (retryAfter === null) return 0;
  if (/^\d{1,9}$/.test(retryAfter)) return Number(retryAfter) * 1000;
  const date = Date.parse(retryAfter);
  return Number.isNaN(date) ? 0 : date - now;
}
