import { createHash } from 'node:crypto';

/** Marks a hashed key; ids that start with it are hashed too, so that nobody can choose another's key. */
const HASHED = 'u-';

/**
 * The form of a user id that the rest of the service knows: safe in URLs, workflow ids and logs.
 *
 * An id of 1–64 characters of `A-Za-z0-9-_` stands for itself. Anything else (an e-mail address, say) becomes
 * a 128-bit hash, so that personal data never reaches a workflow id, a history or the database.
 */
export function userKeyOf(userId: string): string {
  if (/^[A-Za-z0-9_-]{1,64}$/.test(userId) && !userId.startsWith(HASHED)) return userId;
  const hash = createHash('sha256').update(userId, 'utf8').digest().subarray(0, 16);
  return HASHED + hash.toString('base64url');
}
