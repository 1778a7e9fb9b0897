import type { Middleware } from 'koa';

/**
 * What a browser must not do with an answer, whatever the answer is (OWASP, "HTTP Headers" and "REST Security"
 * cheat sheets). A page replaces the policy with one of its own.
 */
const EVERYWHERE = {
  'Content-Security-Policy': "default-src 'none'; frame-ancestors 'none'",
  'Referrer-Policy': 'no-referrer',
  'X-Content-Type-Options': 'nosniff',
  'X-Frame-Options': 'DENY',
};

/** Two years, as the preload list asks for; only where the service is reached over TLS. */
const HSTS = 'max-age=63072000; includeSubDomains';

export function securityHeaders(publicUrl: string): Middleware {
  const headers = {
    ...EVERYWHERE,
    ...(new URL(publicUrl).protocol === 'https:' && { 'Strict-Transport-Security': HSTS }),
  };
  return (ctx, next) => {
    ctx.set(headers);
    return next();
  };
}
