import { z } from 'zod';
import { AccessWithdrawn } from './errors';
import { readToken, requestToken, type TokenDeps } from './token-request';

/** Whose access token: a connection and the refresh token that it holds now. */
export interface TokenOwner {
  connectionId: string;
  refreshToken: string;
}

export interface AccessTokens {
  /**
   * An access token that is good for at least a minute. Callers of one connection share one exchange.
   *
   * @throws AccessWithdrawn, CredentialsRejected, AmazonUnavailable, InvalidRequest, MalformedAnswer, and
   *   the signal's reason when this caller aborts (the exchange goes on for the others).
   */
  get(owner: TokenOwner, signal: AbortSignal): Promise<string>;
  /** Drops this very token, so that of several callers whose token was refused only the first exchanges. */
  forget(owner: TokenOwner, accessToken: string): void;
}

interface Entry {
  refreshToken: string;
  token: Promise<string>;
  /** Null while the exchange runs. */
  settled: { token: string; goodUntil: number } | null;
}

// A token must outlive the request that carries it: requests take up to 30 s, clocks differ by a little.
const SKEW_MS = 60_000;

// About 2 KB each, so 20 MB at most.
const MAX_ENTRIES = 10_000;

const Token = z.object({
  // Printable ASCII only: anything else cannot be a header, and fetch would put it into its error text.
  access_token: z.string().regex(/^[\x21-\x7e]+$/),
  expires_in: z.number().positive(),
});

/** Access tokens for refresh tokens, kept in memory until a minute before they expire. */
export function createAccessTokens(deps: TokenDeps, now: () => number): AccessTokens {
  const entries = new Map<string, Entry>();

  function isUsable({ refreshToken, settled }: Entry, owner: TokenOwner): boolean {
    return refreshToken === owner.refreshToken && (settled === null || now() < settled.goodUntil);
  }

  function begin({ connectionId, refreshToken }: TokenOwner): Entry {
    const askedAt = now();
    const answer = exchangeRefreshToken(deps, refreshToken);
    const entry: Entry = {
      refreshToken,
      settled: null,
      token: answer.then(({ access_token }) => access_token),
    };
    answer.then(
      ({ access_token, expires_in }) => {
        const goodUntil = askedAt + expires_in * 1000 - SKEW_MS;
        entry.settled = { token: access_token, goodUntil };
      },
      () => {
        if (entries.get(connectionId) === entry) entries.delete(connectionId);
      },
    );
    entries.delete(connectionId); // so that the map's order is that of the exchanges
    entries.set(connectionId, entry);
    const [oldest] = entries.keys();
    if (entries.size > MAX_ENTRIES && oldest !== undefined) entries.delete(oldest);
    return entry;
  }

  return {
    async get(owner, signal) {
      signal.throwIfAborted();
      const known = entries.get(owner.connectionId);
      const entry = known !== undefined && isUsable(known, owner) ? known : begin(owner);
      return untilAborted(entry.token, signal);
    },
    forget({ connectionId }, accessToken) {
      if (entries.get(connectionId)?.settled?.token === accessToken) entries.delete(connectionId);
    },
  };
}

async function exchangeRefreshToken(deps: TokenDeps, refreshToken: string) {
  const operation = 'exchangeRefreshToken';
  const answer = await requestToken(deps, operation, {
    grant_type: 'refresh_token',
    refresh_token: refreshToken,
  });
  return readToken(operation, answer, Token, (occasion) => {
    return new AccessWithdrawn(occasion, 'The seller has withdrawn access, or it has expired');
  });
}

function untilAborted<T>(work: Promise<T>, signal: AbortSignal): Promise<T> {
  return new Promise((resolve, reject) => {
    const onAbort = () => reject(signal.reason);
    signal.addEventListener('abort', onAbort, { once: true });
    work.then(resolve, reject).finally(() => signal.removeEventListener('abort', onAbort));
  });
}
