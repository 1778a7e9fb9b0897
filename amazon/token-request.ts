import { z } from 'zod';
import {
  AmazonError,
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

/** A request to Login with Amazon as it went. */
export interface TokenExchange {
  operation: TokenStep;
  /** HTTP status; null when no answer came. */
  status: number | null;
  requestId: string | null;
  milliseconds: number;
}

export type TokenStep = 'exchangeRefreshToken' | 'exchangeAuthorizationCode';

/** What tokens are asked for with. */
export interface TokenDeps extends TokenSettings {
  /** Told of each request, the ones that failed included. */
  onExchange?: (exchange: TokenExchange) => void;
}

/** What is exchanged for tokens, as Login with Amazon names it. */
export type Grant =
  | { grant_type: 'refresh_token'; refresh_token: string }
  | { grant_type: 'authorization_code'; code: string; redirect_uri: string };

const TokenError = z.object({ error: z.string() });

/** Asks Login with Amazon for tokens; once more with the secret read anew, where it rejects ours. */
export async function requestToken(
  deps: TokenDeps,
  operation: TokenStep,
  grant: Grant,
): Promise<HttpAnswer> {
  const answer = await postGrant(deps, operation, grant);
  // The secret may have been rotated since it was read. A client that is rejected has used up no code.
  return isClientRejected(answer) ? postGrant(deps, operation, grant) : answer;
}

/** Has a time limit but no caller's signal: several callers may share it, and one leaving must not end it. */
async function postGrant(
  { onExchange, ...settings }: TokenDeps,
  operation: TokenStep,
  grant: Grant,
): Promise<HttpAnswer> {
  const body = new URLSearchParams({
    ...grant,
    client_id: settings.clientId,
    client_secret: settings.clientSecret(),
  }).toString();
  const startedAt = performance.now();
  const tell = ({ status, requestId }: Pick<Occasion, 'status' | 'requestId'>) => {
    const milliseconds = Math.round(performance.now() - startedAt);
    onExchange?.({ operation, status, requestId, milliseconds });
  };
  try {
    const answer = await exchange(
      {
        operation,
        method: 'POST',
        url: settings.lwaUrl,
        headers: {
          'content-type': 'application/x-www-form-urlencoded;charset=UTF-8',
          'user-agent': settings.userAgent,
        },
        body,
        timeoutMs: settings.timeoutMs,
      },
      new AbortController().signal,
    );
    tell(answer);
    return answer;
  } catch (error) {
    tell(error instanceof AmazonError ? error : { status: null, requestId: null });
    throw error;
  }
}

/** Reads an answer of Login with Amazon; throws what it means where it holds no token. */
export function readToken<Token>(
  operation: TokenStep,
  { status, requestId, body }: HttpAnswer,
  schema: z.ZodType<Token>,
  invalidGrant: (occasion: Occasion) => AmazonError,
): Token {
  const occasion: Occasion = { operation, requestId, status };
  if (status >= 200 && status < 300) {
    const token = schema.safeParse(parseJson(body));
    if (token.success) return token.data;
    throw new MalformedAnswer(occasion, 'Login with Amazon sent an answer without a usable token');
  }
  const code = errorCodeOf(body);
  if (code === 'invalid_grant') throw invalidGrant(occasion);
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
