import type { Middleware } from 'koa';
import { ApiError } from './api-error';

export interface AdmissionLimits {
  /** Requests that are worked on at once. */
  concurrent: number;
  /** Requests that may wait for their turn. */
  waiting: number;
  /** How long one waits before it is turned away, ms. */
  patienceMs: number;
}

/**
 * Works on a bounded number of requests at once and has the others wait in order. The deadlines of calls to
 * PostgreSQL and Temporal are for servers that are away; in a crowd they would run out for no fault but the
 * crowd itself. Too long a queue, or too long a wait, is 503.
 */
export function admission({ concurrent, waiting, patienceMs }: AdmissionLimits): Middleware {
  let busy = 0;
  const queue = new Set<() => void>();

  const turn = () =>
    new Promise<void>((resolve, reject) => {
      const go = () => {
        clearTimeout(timer);
        queue.delete(go);
        resolve();
      };
      const timer = setTimeout(() => {
        queue.delete(go);
        reject(new ApiError('service_unavailable'));
      }, patienceMs);
      queue.add(go);
    });

  return async (_, next) => {
    if (busy < concurrent) busy += 1;
    else if (queue.size >= waiting) throw new ApiError('service_unavailable');
    // Whoever is done hands over the place, so `busy` stays as it is.
    else await turn();
    try {
      await next();
    } finally {
      const [first] = queue;
      if (first === undefined) busy -= 1;
      else first();
    }
  };
}
