import { z } from 'zod';
import {
  AccessWithdrawn,
  AmazonUnavailable,
  CredentialsRejected,
  InvalidRequest,
  MalformedAnswer,
  type Occasion,
} from './errors';
import { exchange, type HttpAnswer } from './http-exchange';
import { parseJson } from './parse-json';

export interface TokenSettings {
  /** Login with Amazon's token endpoint, a whole URL. */
  lwaUrl: string;
  clientId: string;
  /** Read at each exchange, since the secret is rotated while the service runs. */
  clientSecret: () => string;
  userAgent: string;
  timeoutMs: number;
}

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

const TokenError = z.object({ error: z.string() });

/** Access tokens for refresh tokens, kept in memory until a minute before they expire. */
export function createAccessTokens(settings: TokenSettings, now: () => number): AccessTokens {
  const entries = new Map<string, Entry>();

  function isUsable({ refreshToken, settled }: Entry, owner: TokenOwner): boolean {
    return refreshToken === owner.refreshToken && (settled === null || now() < settled.goodUntil);
  }

  function begin({ connectionId, refreshToken }: TokenOwner): Entry {
    const askedAt = now();
    const answer = exchangeRefreshToken(settings, refreshToken);
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

async function exchangeRefreshToken(settings: TokenSettings, refreshToken: string) {
  let answer = await postToken(settings, refreshToken);
  // The secret may have been rotated since it was read.
  if (isClientRejected(answer)) answer = await postToken(settings, refreshToken);
  return tokenOf(answer);
}

/** Has a time limit but no caller's signal: several callers share it, and one leaving must not end it. */
function postToken(settings: TokenSettings, refreshToken: string): Promise<HttpAnswer> {
  return exchange(
    {
      operation: 'exchangeRefreshToken',
      method: 'POST',
      url: settings.lwaUrl,
      headers: {
        'content-type': 'application/x-www-form-urlencoded;charset=UTF-8',
        'user-agent': settings.userAgent,
      },
      body: new URLSearchParams({
        grant_type: 'refresh_token',
        refresh_token: refreshToken,
        client_id: settings.clientId,
        client_secret: settings.clientSecret(),
      }).toString(),
      timeoutMs: settings.timeoutMs,
    },
    new AbortController().signal,
  );
}

function tokenOf({ status, requestId, body }: HttpAnswer): z.infer<typeof Token> {
  const occasion: Occasion = { operation: 'exchangeRefreshToken', requestId, status };
  if (status >= 200 && status < 300) {
    const token = Token.safeParse(parseJson(body));
    if (token.success) return token.data;
    throw new MalformedAnswer(occasion, 'Login with Amazon sent an answer without a usable token');
  }
  const code = errorCodeOf(body);
  if (code === 'invalid_grant') {
    throw new AccessWithdrawn(occasion, 'The seller has withdrawn access, or it has expired');
  }
  if (code === 'invalid_client' || code === 'unauthorized_client') {
    throw new CredentialsRejected(occasion, 'Amazon rejects the client id or client secret');
  }
  // 429 too: Login with Amazon has no usage plan, so there is no bucket that this could drain.
  if (status >= 500 || status === 408 || status === 429) {
    throw new AmazonUnavailable(occasion, `Login with Amazon is not available (HTTP ${status})`);
  }
  if (status >= 400) {
    const codes = code === null ? [] : [code];
    throw new InvalidRequest(occasion, `Login with Amazon refuses the request (${status})`, codes);
  }
  throw new MalformedAnswer(occasion, `Login with Amazon answered with HTTP ${status}`);
}

function isClientRejected({ status, body }: HttpAnswer): boolean {
  const code = errorCodeOf(body);
  return status >= 400 && (code === 'invalid_client' || code === 'unauthorized_client');
}

function errorCodeOf(body: string): string | null {
  return TokenError.safeParse(parseJson(body)).data?.error ?? null;
}

function untilAborted<T>(work: Promise<T>, signal: AbortSignal): Promise<T> {
  return new Promise((resolve, reject) => {
    const onAbort = () => reject(signal.reason);
    signal.addEventListener('abort', onAbort, { once: true });
    work.then(resolve, reject).finally(() => signal.removeEventListener('abort', onAbort));
  });
}
