import type { Context, Middleware } from 'koa';
import { ApiError } from './api-error';

export interface AdmissionLimits {
  /** Requests that are worked on at once. */
  concurrent: number;
  /** Requests that may wait for their turn. */
  waiting: number;
  /** Requests of one user that are worked on or wait. */
  perUser: number;
  /** How long one waits before it is turned away, ms. */
  patienceMs: number;
}

/** Those who wait of one user, in the order in which they came. */
type Line = Set<() => void>;

/**
 * Works on a bounded number of requests at once and has the others wait; users take turns, so that one with many
 * requests holds up nobody else. The deadlines of calls to PostgreSQL and Temporal are for servers that are away; in a
 * crowd they would run out for no fault but the crowd itself. Too long a queue, or too long a wait, is 503; too many
 * requests of one user are 429. `userOf` says whose a request is; those of nobody share one line, without a bound of
 * its own.
 */
export function admission(
  { concurrent, waiting, perUser, patienceMs }: AdmissionLimits,
  userOf: (ctx: Context) => string | undefined,
): Middleware {
  let busy = 0;
  let queued = 0;
  const lines = new Map<string | undefined, Line>();
  const open = new Map<string, number>();

  const turn = (user: string | undefined) =>
    new Promise<void>((resolve, reject) => {
      const line: Line = lines.get(user) ?? new Set();
      lines.set(user, line);
      const leave = () => {
        clearTimeout(timer);
        queued -= 1;
        line.delete(go);
        if (line.size === 0 && lines.get(user) === line) lines.delete(user);
      };
      const go = () => {
        leave();
        resolve();
      };
      const timer = setTimeout(() => {
        leave();
        reject(new ApiError('service_unavailable'));
      }, patienceMs);
      line.add(go);
      queued += 1;
    });

  /** Whoever is done hands over the place, so `busy` stays as it is. */
  function handOver(): void {
    const [next] = lines;
    if (next === undefined) {
      busy -= 1;
      return;
    }
    const [user, line] = next;
    const [first] = line;
    // To the end: the others' turn comes before this one's next.
    lines.delete(user);
    lines.set(user, line);
    first?.();
  }

  async function admitted(user: string | undefined, next: () => Promise<unknown>): Promise<void> {
    if (busy < concurrent) busy += 1;
    else if (queued >= waiting) throw new ApiError('service_unavailable');
    else await turn(user);
    try {
      await next();
    } finally {
      handOver();
    }
  }

  return async (ctx, next) => {
    const user = userOf(ctx);
    if (user === undefined) return admitted(user, next);
    const others = open.get(user) ?? 0;
    if (others >= perUser) throw new ApiError('too_many_requests');
    open.set(user, others + 1);
    try {
      await admitted(user, next);
    } finally {
      const left = (open.get(user) ?? 1) - 1;
      if (left === 0) open.delete(user);
      else open.set(user, left);
    }
  };
}
