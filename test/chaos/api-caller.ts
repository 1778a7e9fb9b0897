import { setTimeout } from 'node:timers/promises';
import { createSend } from '../../cli/send';
import type { Random } from '../../sandbox/random';
import type { Notes } from './notes';

export interface Answer {
  status: number;
  body: unknown;
}

/** A browser gives up on an answer at some time too. */
const TIMEOUT_MS = 10_000;

const PAUSE_MS = 300;

/** What says "not now": the service is busy, or out of reach and says so. */
const NOT_NOW = new Set([429, 503]);

/** A user's way to the API: each request goes to any of its processes, as behind a load balancer. */
export interface ApiCaller {
  /** One request; undefined when no answer came: the process was killed, frozen or cut off. */
  once(method: 'GET' | 'POST', path: string, body?: unknown): Promise<Answer | undefined>;
  /** Asks until there is an answer that is not 429 or 503. Throws when the run is given up. */
  patiently(method: 'GET' | 'POST', path: string, body?: unknown): Promise<Answer>;
}

export function createApiCaller(deps: {
  apiUrls: () => string[];
  cookie: string;
  random: Random;
  notes: Notes;
  signal: AbortSignal;
}): ApiCaller {
  const { apiUrls, cookie, random, notes, signal } = deps;
  const once: ApiCaller['once'] = async (method, path, body) => {
    signal.throwIfAborted();
    const send = createSend(random.pick(apiUrls()), { cookie });
    try {
      const response = await send(path, { method, body, signal: AbortSignal.timeout(TIMEOUT_MS) });
      const answer = { status: response.status, body: (await response.json()) as unknown };
      if (answer.status === 503 && response.headers.get('retry-after') === null)
        notes.odd.push(`${method} ${path}: 503 without Retry-After`);
      if (answer.status >= 500 && answer.status !== 503)
        notes.odd.push(`${method} ${path}: ${answer.status} ${JSON.stringify(answer.body)}`);
      return answer;
    } catch {
      signal.throwIfAborted();
      return undefined;
    }
  };
  return {
    once,
    async patiently(method, path, body) {
      for (;;) {
        const answer = await once(method, path, body);
        if (answer !== undefined && answer.status < 500 && !NOT_NOW.has(answer.status))
          return answer;
        await setTimeout(PAUSE_MS, undefined, { signal });
      }
    },
  };
}
