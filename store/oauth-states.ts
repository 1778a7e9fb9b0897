import { sql, type Transaction } from 'kysely';
import type { Region } from '../contract/regions';
import type { Database } from './database';
import type { Tables } from './tables';

/** One authorization that a user has begun. State and nonce are known by their hashes only. */
export interface OauthState {
  stateHash: string;
  nonceHash: string;
  userKey: string;
  region: Region;
  expiresAt: Date;
}

export type TakenState =
  | { kind: 'taken'; state: OauthState }
  /** It was taken before. */
  | { kind: 'used' }
  | { kind: 'unknown' };

/** Tabs in which one user may have begun; the oldest beyond them are forgotten. */
const AT_ONCE = 10;

/** How long a state is remembered after its end, so that it can be told from one that never was. */
const REMEMBERED_MS = 24 * 60 * 60_000;

/** Keeps a state that somebody will come back with. */
export async function keepOauthState(db: Database, state: OauthState, now: Date): Promise<void> {
  await db
    .deleteFrom('oauth_states')
    .where('state_hash', 'in', (older) =>
      older
        .selectFrom('oauth_states')
        .select('state_hash')
        .where('user_key', '=', state.userKey)
        .orderBy('created_at', 'desc')
        .offset(AT_ONCE - 1),
    )
    .execute();
  await db
    .insertInto('oauth_states')
    .values({
      state_hash: state.stateHash,
      nonce_hash: state.nonceHash,
      user_key: state.userKey,
      region: state.region,
      created_at: now,
      expires_at: state.expiresAt,
    })
    .execute();
}

/**
 * Takes a state, whoever comes with it, also one that another user began (row-level security lets this one function): of
 * several who come at once, one gets it.
 */
export async function takeOauthState(
  db: Database,
  stateHash: string,
  now: Date,
): Promise<TakenState> {
  const { rows } = await sql<TakenRow>`
    select * from take_oauth_state(${stateHash}, ${now}::timestamptz)`.execute(db);
  const [taken] = rows;
  if (taken === undefined) return { kind: 'unknown' };
  if (!taken.is_first) return { kind: 'used' };
  return {
    kind: 'taken',
    state: {
      stateHash,
      nonceHash: taken.nonce_hash,
      userKey: taken.user_key,
      region: taken.region,
      expiresAt: taken.expires_at,
    },
  };
}

interface TakenRow {
  nonce_hash: string;
  user_key: string;
  region: Region;
  expires_at: Date;
  is_first: boolean;
}

/** Before which time states have ended so long ago that nobody comes back with them. */
export function oldOauthStates(now: Date): Date {
  return new Date(now.getTime() - REMEMBERED_MS);
}

/** Forgets up to `limit` states that ended long ago, of all users; returns how many. */
export async function pruneOauthStates(db: Database, now: Date, limit: number): Promise<number> {
  const { numDeletedRows } = await db
    .deleteFrom('oauth_states')
    .where('state_hash', 'in', (old) =>
      old
        .selectFrom('oauth_states')
        .select('state_hash')
        .where('expires_at', '<', oldOauthStates(now))
        .limit(limit),
    )
    .executeTakeFirst();
  return Number(numDeletedRows);
}

/** Whether a state that was taken is still known, and keeps it so until the transaction ends: a purge forgets it. */
export async function holdOauthState(
  trx: Transaction<Tables>,
  stateHash: string,
): Promise<boolean> {
  const row = await trx
    .selectFrom('oauth_states')
    .select('state_hash')
    .where('state_hash', '=', stateHash)
    .forShare()
    .executeTakeFirst();
  return row !== undefined;
}

/** Forgets a user's states, or only those of a region: no authorization that has begun is finished any more. */
export async function forgetOauthStates(
  trx: Transaction<Tables>,
  userKey: string,
  region: Region | undefined,
): Promise<void> {
  await trx
    .deleteFrom('oauth_states')
    .where('user_key', '=', userKey)
    .$if(region !== undefined, (query) => query.where('region', '=', region as Region))
    .execute();
}
