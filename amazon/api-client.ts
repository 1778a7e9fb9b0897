import { z } from 'zod';
import type { AccessTokens } from './access-tokens';
import type { AmazonCall, AmazonSettings, SellerConnection } from './amazon-call';
import {
  AccessDenied,
  AmazonError,
  AmazonUnavailable,
  InvalidRequest,
  MalformedAnswer,
  type Occasion,
  PaginationTokenExpired,
  QuotaExceeded,
} from './errors';
import { exchange, type HttpAnswer } from './http-exchange';
import { parseJson } from './parse-json';
import type { Operation } from './usage-plans';

export interface ApiRequest<T> {
  operation: Operation;
  /** Below the endpoint, beginning with a slash; values in it are already URL-encoded. */
  path: string;
  query?: Record<string, string | undefined>;
  /** Makes it a POST. */
  body?: Record<string, unknown>;
  /** Whether the query carries a page token, which may have expired. */
  paged?: boolean;
  answer: z.ZodType<T>;
}

export interface ApiAnswer<T> {
  value: T;
  requestId: string | null;
}

/**
 * Calls one operation for one seller: adds the access token, and on 401 or 403 refreshes it once and tries
 * once more, since Amazon answers an expired token like a missing role. Throws the errors of `errors.ts`.
 */
export type CallApi = <T>(request: ApiRequest<T>, signal: AbortSignal) => Promise<ApiAnswer<T>>;

export interface ApiClientDeps {
  settings: AmazonSettings;
  now: () => number;
  onCall?: (call: AmazonCall) => void;
  tokens: AccessTokens;
}

const ErrorList = z.object({
  errors: z.array(
    z.object({
      code: z.string().nullish(),
      message: z.string().nullish(),
      details: z.string().nullish(),
    }),
  ),
});
type ErrorList = z.infer<typeof ErrorList>['errors'];

export function createApiClient(deps: ApiClientDeps, connection: SellerConnection): CallApi {
  const { settings, now, onCall, tokens } = deps;
  const base = connection.endpoint.replace(/\/+$/, '');

  async function send(
    { operation, path, query, body }: ApiRequest<unknown>,
    accessToken: string,
    signal: AbortSignal,
  ): Promise<HttpAnswer> {
    const startedAt = now();
    const report = ({ status, requestId }: Occasion, rateLimit: number | null) =>
      onCall?.({
        operation,
        status,
        requestId,
        milliseconds: now() - startedAt,
        rateLimit,
        connectionId: connection.connectionId,
      });
    try {
      const answer = await exchange(
        {
          operation,
          method: body === undefined ? 'GET' : 'POST',
          url: `${base}${path}${queryText(query)}`,
          headers: {
            'x-amz-access-token': accessToken,
            'user-agent': settings.userAgent,
            accept: 'application/json',
            ...(body === undefined ? {} : { 'content-type': 'application/json' }),
          },
          body: body === undefined ? undefined : JSON.stringify(body),
          timeoutMs: settings.timeoutMs,
        },
        signal,
      );
      report({ operation, ...answer }, answer.rateLimit);
      return answer;
    } catch (error) {
      const none = { operation, status: null, requestId: null };
      report(error instanceof AmazonError ? error : none, null);
      throw error;
    }
  }

  return async (request, signal) => {
    let token = await tokens.get(connection, signal);
    let answer = await send(request, token, signal);
    if (isRefused(answer)) {
      tokens.forget(connection, token);
      token = await tokens.get(connection, signal);
      answer = await send(request, token, signal);
    }
    return readAnswer(request, answer);
  };
}

function isRefused({ status }: HttpAnswer): boolean {
  return status === 401 || status === 403;
}

function queryText(query: Record<string, string | undefined> = {}): string {
  const parameters = new URLSearchParams();
  for (const [name, value] of Object.entries(query)) {
    if (value !== undefined) parameters.set(name, value);
  }
  return parameters.size === 0 ? '' : `?${parameters}`;
}

function readAnswer<T>(request: ApiRequest<T>, answer: HttpAnswer): ApiAnswer<T> {
  const { operation } = request;
  const { status, requestId } = answer;
  const occasion: Occasion = { operation, requestId, status };
  const json = parseJson(answer.body);
  const errors = ErrorList.safeParse(json).data?.errors ?? [];

  if (status >= 200 && status < 300) {
    const parsed = request.answer.safeParse(json);
    if (parsed.success) return { value: parsed.data, requestId };
    // Some operations say "wrong request" with 200 and a list of errors in place of the payload.
    if (errors.length > 0) throw invalidRequest(request, occasion, errors);
    throw new MalformedAnswer(
      occasion,
      json === undefined
        ? `${operation}: Amazon's answer is not JSON`
        : `${operation}: Amazon's answer does not fit its model at ${placeOf(parsed.error)}`,
    );
  }
  if (status === 429) {
    throw new QuotaExceeded(occasion, `${operation}: Amazon's usage plan has no request left`);
  }
  if (isRefused(answer)) {
    const expired = errors.some(({ message, details }) => /expired/i.test(`${message} ${details}`));
    throw new AccessDenied(occasion, `${operation}: Amazon denies access (${status})`, expired);
  }
  if (status >= 500 || status === 408) {
    throw new AmazonUnavailable(occasion, `${operation}: Amazon is not available (HTTP ${status})`);
  }
  if (status >= 400) throw invalidRequest(request, occasion, errors);
  throw new MalformedAnswer(occasion, `${operation}: Amazon answered with HTTP ${status}`);
}

function invalidRequest(
  { operation, paged = false }: ApiRequest<unknown>,
  occasion: Occasion,
  errors: ErrorList,
): InvalidRequest {
  const codes = errors.flatMap(({ code }) => (code ? [code.slice(0, 100)] : []));
  // There is no code of its own for this: the text says "Next token is invalid or expired" and the like.
  const pointsToToken = errors.some(({ code, message, details }) =>
    /token/i.test(`${code} ${message} ${details}`),
  );
  if (paged && pointsToToken) {
    return new PaginationTokenExpired(occasion, `${operation}: the page token has expired`, codes);
  }
  const why = [occasion.status, ...codes].join(', ');
  return new InvalidRequest(occasion, `${operation}: Amazon refuses the request (${why})`, codes);
}

/** The path of the first fault, never its value. */
function placeOf(error: z.ZodError): string {
  return error.issues[0]?.path.join('.') || 'its top';
}
