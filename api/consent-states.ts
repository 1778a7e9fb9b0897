import { createHash, timingSafeEqual } from 'node:crypto';
import type { Transaction } from 'kysely';
import type { ConnectErrorCode } from '../contract/connect-errors';
import type { Region } from '../contract/regions';
import { holdOauthState, keepOauthState, takeOauthState } from '../store/oauth-states';
import type { ScopedDatabase } from '../store/scoped-database';
import type { Tables } from '../store/tables';

/** Who begins an authorization, or comes back from one. */
export interface Consenter {
  userKey: string;
  /** What the browser's cookie holds; undefined where it has none. */
  nonce: string | undefined;
}

export type StateVerdict =
  | { kind: 'good'; region: Region }
  | { kind: 'bad'; code: ConnectErrorCode };

export interface ConsentStates {
  /** A state for this user in this browser, and the nonce that its cookie must hold. */
  begin(consenter: Consenter, region: Region): Promise<{ state: string; nonce: string }>;
  /** Uses a state up, whoever comes with it, and tells whether it was begun by who comes back. */
  take(state: string, consenter: Consenter): Promise<StateVerdict>;
  /** Whether a state that was taken still counts, and keeps it so until the transaction ends. A purge takes it away. */
  stillCounts(trx: Transaction<Tables>, state: string): Promise<boolean>;
}

interface ConsentStatesDeps {
  db: ScopedDatabase;
  /** Epoch ms. */
  now: () => number;
  /** 32 random bytes in base64url: 256 bits, which nobody guesses. */
  randomText: () => string;
}

/** How long a seller may take at Amazon: the rule for states is short-lived, and people look for passwords. */
export const STATE_MINUTES = 10;

const NONCE = /^[\w-]{43}$/;

/**
 * The states that tie an authorization to who began it. Without the user, somebody's consent link sent to a seller
 * would bring that seller's data into the sender's account; without the browser, whoever reads the state of a user
 * could finish for that user with a seller account of their own.
 */
export function createConsentStates({ db, now, randomText }: ConsentStatesDeps): ConsentStates {
  return {
    async begin({ userKey, nonce: known }, region) {
      const state = randomText();
      // One nonce a browser, not a tab: else the second tab would take the first one's authorization away.
      const nonce = known !== undefined && NONCE.test(known) ? known : randomText();
      const expiresAt = new Date(now() + STATE_MINUTES * 60_000);
      const hashes = { stateHash: hashOf(state), nonceHash: hashOf(nonce) };
      await keepOauthState(
        db.ofUser(userKey),
        { ...hashes, userKey, region, expiresAt },
        new Date(now()),
      );
      return { state, nonce };
    },
    async take(state, { userKey, nonce }) {
      const taken = await takeOauthState(db.ofUser(userKey), hashOf(state), new Date(now()));
      if (taken.kind === 'unknown') return { kind: 'bad', code: 'state_unknown' };
      if (taken.kind === 'used') return { kind: 'bad', code: 'state_used' };
      const { state: begun } = taken;
      if (begun.userKey !== userKey) return { kind: 'bad', code: 'state_of_another_user' };
      if (nonce === undefined || !isSame(hashOf(nonce), begun.nonceHash)) {
        return { kind: 'bad', code: 'state_of_another_browser' };
      }
      if (begun.expiresAt.getTime() <= now()) return { kind: 'bad', code: 'state_expired' };
      return { kind: 'good', region: begun.region };
    },
    stillCounts: (trx, state) => holdOauthState(trx, hashOf(state)),
  };
}

function hashOf(text: string): string {
  return createHash('sha256').update(text, 'utf8').digest('hex');
}

function isSame(one: string, other: string): boolean {
  return one.length === other.length && timingSafeEqual(Buffer.from(one), Buffer.from(other));
}
