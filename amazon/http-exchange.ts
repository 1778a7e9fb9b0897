import { type Deadline, startDeadline } from './deadline';
import { type AmazonStep, AmazonUnavailable, MalformedAnswer, type Occasion } from './errors';

export interface HttpRequest {
  operation: AmazonStep;
  method: 'GET' | 'POST';
  url: string;
  headers: Record<string, string>;
  body?: string;
  /** Limit from the request to the last byte of the answer. */
  timeoutMs: number;
}

export interface HttpAnswer {
  status: number;
  requestId: string | null;
  /** `x-amzn-RateLimit-Limit` in requests per second; Amazon leaves it out of 429 and some others. */
  rateLimit: number | null;
  body: string;
}

// A page of 100 orders is some 300 KB; fifty times that is a fault, not an answer.
const MAX_BODY_BYTES = 16 * 1024 * 1024;

/**
 * One HTTP request whose whole answer is read, whatever its status.
 *
 * @throws AmazonUnavailable without an answer in time, MalformedAnswer for a body over 16 MB or not UTF-8,
 *   and the signal's own reason when the caller aborts.
 */
export async function exchange(request: HttpRequest, signal: AbortSignal): Promise<HttpAnswer> {
  const { operation, method, url, headers, body, timeoutMs } = request;
  const occasion: Occasion = { operation, requestId: null, status: null };
  const deadline = startDeadline(signal, timeoutMs);
  try {
    const response = await fetch(url, {
      method,
      headers,
      body,
      // A redirect would carry the access token's header to another host.
      redirect: 'manual',
      signal: deadline.signal,
    });
    occasion.status = response.status;
    occasion.requestId = requestIdOf(response.headers);
    return {
      status: response.status,
      requestId: occasion.requestId,
      rateLimit: rateLimitOf(response.headers),
      body: await readBody(response, occasion),
    };
  } catch (error) {
    // The status of a failure says its kind; that its text broke off must not hide a 429 or a 403.
    if (occasion.status !== null && occasion.status >= 400 && !signal.aborted) {
      return { status: occasion.status, requestId: occasion.requestId, rateLimit: null, body: '' };
    }
    if (error instanceof MalformedAnswer) throw error;
    throw transportFailure(error, signal, deadline, occasion);
  } finally {
    deadline.close();
  }
}

/** What a failed fetch or a body that breaks off is: the caller's own abort, or Amazon out of reach. */
export function transportFailure(
  error: unknown,
  caller: AbortSignal,
  deadline: Deadline,
  occasion: Occasion,
): unknown {
  if (caller.aborted) return caller.reason;
  if (deadline.expired()) {
    return new AmazonUnavailable(occasion, `Amazon did not answer within ${deadline.seconds} s`);
  }
  const code = systemCodeOf(error);
  const why = code === null ? '' : ` (${code})`;
  return new AmazonUnavailable(
    occasion,
    occasion.status === null
      ? `Amazon cannot be reached${why}`
      : `The connection to Amazon broke off in the middle of an answer${why}`,
  );
}

/** ECONNRESET and the like. fetch wraps the system's error, and the text of either may hold a URL. */
function systemCodeOf(error: unknown): string | null {
  let cause = error;
  // fetch nests one or two deep; the bound is for an error that is its own cause.
  for (let depth = 0; depth < 4 && typeof cause === 'object' && cause !== null; depth += 1) {
    if ('code' in cause && typeof cause.code === 'string' && /^[A-Z][A-Z0-9_]+$/.test(cause.code)) {
      return cause.code;
    }
    cause = 'cause' in cause ? cause.cause : null;
  }
  return null;
}

function rateLimitOf(headers: Headers): number | null {
  const limit = Number(headers.get('x-amzn-ratelimit-limit') ?? Number.NaN);
  return Number.isFinite(limit) && limit > 0 ? limit : null;
}

async function readBody(response: Response, occasion: Occasion): Promise<string> {
  if (response.body === null) return '';
  const chunks: Uint8Array[] = [];
  let bytes = 0;
  // Leaving the loop early cancels the body, which frees the connection.
  for await (const chunk of response.body) {
    bytes += chunk.byteLength;
    if (bytes > MAX_BODY_BYTES) {
      throw new MalformedAnswer(occasion, 'Amazon sent an answer of more than 16 MB');
    }
    chunks.push(chunk);
  }
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(Buffer.concat(chunks));
  } catch {
    throw new MalformedAnswer(occasion, 'Amazon sent an answer that is not UTF-8');
  }
}

/** It goes into logs, statuses and histories: what does not look like an id is left out. */
function requestIdOf(headers: Headers): string | null {
  const id = headers.get('x-amzn-requestid');
  return id !== null && /^[\w-]{1,64}$/.test(id) ? id : null;
}
