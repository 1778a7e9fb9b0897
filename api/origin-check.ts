import type { Middleware } from 'koa';
import { ApiError } from './api-error';

const SAFE_METHODS = new Set(['GET', 'HEAD', 'OPTIONS']);

/** Whether requests of a method change nothing. */
export function isSafe(method: string): boolean {
  return SAFE_METHODS.has(method);
}

/**
 * A request that changes state and says where it comes from must come from an allowed origin, compared
 * exactly. Browsers always say so across sites; servers and curl do not, and pass.
 */
export function checkOrigin(allowed: readonly string[]): Middleware {
  const origins = new Set(allowed);
  return async (ctx, next) => {
    const origin = ctx.get('origin');
    if (origin !== '' && !isSafe(ctx.method) && !origins.has(origin)) {
      throw new ApiError('forbidden_origin');
    }
    await next();
  };
}
