import type { Middleware } from 'koa';
import { z } from 'zod';
import { ApiError } from './api-error';

export interface Alias {
  method: 'GET' | 'POST' | 'DELETE';
  /** Segments that begin with a colon are carried over by name. */
  path: string;
  to: { method: 'GET' | 'POST'; path: string };
}

/** Older paths, which existing frontends call, and what serves them. */
export const ALIASES: readonly Alias[] = [
  alias('POST', '/api/sync/start', 'POST', '/api/v1/integrations/amazon/sync'),
  alias('POST', '/api/v1/integrations/sync/start', 'POST', '/api/v1/integrations/amazon/sync'),
  alias('GET', '/api/v1/integrations/sync/status/:syncId', 'GET', '/api/sync/status/:syncId'),
  alias('GET', '/api/v1/integrations/sync/history', 'GET', '/api/sync/history'),
  alias('DELETE', '/api/v1/integrations/sync/cancel/:syncId', 'POST', '/api/sync/cancel/:syncId'),
];

function alias(
  method: Alias['method'],
  path: string,
  toMethod: Alias['to']['method'],
  toPath: string,
): Alias {
  return { method, path, to: { method: toMethod, path: toPath } };
}

/**
 * Serves the older paths as what they stand for today. Who calls them knows three statuses only, so that there a
 * cancelled sync is a failed one that says "Sync cancelled".
 */
export function aliases(): Middleware {
  const matchers = ALIASES.map(({ method, path, to }) => ({ method, to, match: matcherOf(path) }));
  return async (ctx, next) => {
    for (const { method, to, match } of matchers) {
      const parameters = ctx.method === method ? match(ctx.path) : undefined;
      if (parameters === undefined) continue;
      ctx.method = to.method;
      ctx.path = to.path.replace(/:(\w+)/g, (_, name: string) => parameters[name] ?? '');
      try {
        await next();
      } catch (error) {
        throw withoutCancelledExtra(error);
      }
      const body = withoutCancelled(ctx.body);
      // Setting a body, also none, sets a status.
      if (body !== ctx.body) ctx.body = body;
      return;
    }
    await next();
  };
}

/** Gives the values of a path's parameters as they are written, still encoded. */
function matcherOf(path: string): (actual: string) => Record<string, string> | undefined {
  const pattern = new RegExp(`^${path.replace(/:(\w+)/g, '(?<$1>[^/]+)')}$`);
  return (actual) => {
    const found = pattern.exec(actual);
    return found === null ? undefined : { ...found.groups };
  };
}

/** An error that tells how a sync has ended, in the words that older clients know. */
function withoutCancelledExtra(error: unknown): unknown {
  if (!(error instanceof ApiError) || error.extras.status !== 'cancelled') return error;
  return new ApiError(error.code, { ...error.extras, status: 'failed' });
}

const Cancelled = z.looseObject({ status: z.literal('cancelled') });
const History = z.looseObject({ syncs: z.array(z.unknown()) });

function withoutCancelled(body: unknown): unknown {
  const cancelled = Cancelled.safeParse(body);
  if (cancelled.success) return { ...cancelled.data, status: 'failed', message: 'Sync cancelled' };
  const history = History.safeParse(body);
  return history.success
    ? { ...history.data, syncs: history.data.syncs.map(withoutCancelled) }
    : body;
}
