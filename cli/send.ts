/** A request to the API. */
export interface Sending {
  method?: 'GET' | 'POST' | 'PUT';
  /** Sent as JSON. */
  body?: unknown;
  headers?: Record<string, string>;
  signal?: AbortSignal;
}

export type Send = (path: string, sending?: Sending) => Promise<Response>;

/**
 * Sends requests to the API at a base URL, which may have a path of its own. A redirect is not followed: the API
 * has none, and a session is not for whoever stands at its end.
 */
export function createSend(baseUrl: string, headers: Record<string, string>): Send {
  const base = new URL(baseUrl);
  if (!base.pathname.endsWith('/')) base.pathname += '/';
  return (path, { method = 'GET', body, headers: more, signal } = {}) =>
    fetch(new URL(path.replace(/^\/+/, ''), base), {
      method,
      redirect: 'manual',
      headers: {
        ...headers,
        ...more,
        ...(body !== undefined && { 'content-type': 'application/json' }),
      },
      ...(body !== undefined && { body: JSON.stringify(body) }),
      ...(signal !== undefined && { signal }),
    });
}
