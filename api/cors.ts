import type { Middleware } from 'koa';

const METHODS = 'GET, POST, PUT, DELETE';
const HEADERS = 'Content-Type, Authorization, Last-Event-ID, If-None-Match';
const EXPOSED = 'ETag, Retry-After, X-Request-Id, Content-Disposition';

/** Seconds that a browser may keep the answer to a preflight: Chrome's own limit. */
const PREFLIGHT_SECONDS = 7_200;

/**
 * Lets pages of the allowed origins, compared exactly, call this API with the user's cookie and read the answers.
 * Preflights are answered before anybody has signed in: they carry no cookie.
 */
export function cors(allowed: readonly string[]): Middleware {
  const origins = new Set(allowed);
  return async (ctx, next) => {
    // Caches must not give one origin the answer for another, nor for none.
    ctx.vary('Origin');
    const origin = ctx.get('origin');
    if (!origins.has(origin)) return next();
    ctx.set('Access-Control-Allow-Origin', origin);
    ctx.set('Access-Control-Allow-Credentials', 'true');
    if (ctx.method !== 'OPTIONS' || ctx.get('access-control-request-method') === '') {
      ctx.set('Access-Control-Expose-Headers', EXPOSED);
      return next();
    }
    ctx.set('Access-Control-Allow-Methods', METHODS);
    ctx.set('Access-Control-Allow-Headers', HEADERS);
    ctx.set('Access-Control-Max-Age', String(PREFLIGHT_SECONDS));
    ctx.status = 204;
  };
}
