import { type Shape, UnexpectedAnswer } from './shapes.ts';

/** What went wrong, in words for people, and what can be done with it. */
export class Problem extends Error {
  override readonly name = 'Problem';

  constructor(
    /** The API's code of the error; `unreachable` where no answer came. */
    readonly code: string,
    message: string,
    readonly details: {
      /** For a support case. */
      requestId?: string | null;
      existingSyncId?: string | null;
      /** Seconds. */
      retryAfter?: number | null;
    } = {},
  ) {
    super(message);
  }

  /** Whether the same request may well succeed in a moment. */
  get mayPass(): boolean {
    return ['unreachable', 'service_unavailable', 'too_many_requests'].includes(this.code);
  }
}

export interface Api {
  get<Value>(path: string, shape: Shape<Value>, signal?: AbortSignal): Promise<Value>;
  send<Value>(
    method: 'POST' | 'PUT' | 'DELETE',
    path: string,
    shape: Shape<Value>,
    body?: unknown,
  ): Promise<Value>;
}

export interface ApiOptions {
  fetch: typeof fetch;
  /** Called at every 401. */
  onSignedOut: () => void;
}

/** Longer than the service lets a request wait for its turn. */
const PATIENCE_MS = 30_000;

/** The public API, called from a page of its own origin. All failures are a {@link Problem}. */
export function createApi({ fetch, onSignedOut }: ApiOptions): Api {
  async function call<Value>(path: string, init: RequestInit, shape: Shape<Value>): Promise<Value> {
    const limit = AbortSignal.timeout(PATIENCE_MS);
    const signal = init.signal ? AbortSignal.any([init.signal, limit]) : limit;
    let response: Response;
    let body: unknown;
    try {
      response = await fetch(path, { ...init, signal, credentials: 'same-origin' });
      body = await response.json().catch(() => undefined);
    } catch (error) {
      if (init.signal?.aborted) throw error;
      throw new Problem('unreachable', 'The service did not answer. Check your connection.');
    }
    if (response.ok) return read(body, shape);
    if (response.status === 401) onSignedOut();
    throw problemOf(response, body);
  }
  return {
    get: (path, shape, signal) => call(path, { signal }, shape),
    send: (method, path, shape, body) =>
      call(
        path,
        {
          method,
          ...(body !== undefined && {
            body: JSON.stringify(body),
            headers: { 'Content-Type': 'application/json' },
          }),
        },
        shape,
      ),
  };
}

function read<Value>(body: unknown, shape: Shape<Value>): Value {
  try {
    return shape(body, '');
  } catch (error) {
    if (error instanceof UnexpectedAnswer) throw new Problem('unexpected_answer', error.message);
    throw error;
  }
}

function problemOf(response: Response, body: unknown): Problem {
  const given = new Map<string, unknown>(Object.entries(Object(body)));
  const word = (key: string) => {
    const value = given.get(key);
    return typeof value === 'string' ? value : null;
  };
  const retryAfter = Number(response.headers.get('retry-after'));
  return new Problem(
    // Something between here and the service may answer in a form of its own.
    word('error') ?? (response.status >= 502 ? 'service_unavailable' : 'unexpected_answer'),
    word('message') ?? `The service answered ${response.status}.`,
    {
      requestId: word('requestId'),
      existingSyncId: word('existingSyncId'),
      retryAfter: retryAfter > 0 ? retryAfter : null,
    },
  );
}

/** What to show for anything that was thrown. */
export function asProblem(error: unknown): Problem {
  if (error instanceof Problem) return error;
  return new Problem('fault', 'Something went wrong in this page. Reload it.');
}
