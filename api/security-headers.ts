import type { Middleware } from 'koa';

/**
 * What a browser must not do with an answer, whatever the answer is (OWASP, "HTTP Headers" and "REST Security"
 * cheat sheets). A page replaces the policy with one of its own.
 */
const EVERYWHERE = {
  // The last three are not covered by the first.
  'Content-Security-Policy':
    "default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
  // Not for pages of others to load as a picture or script; those that may call us do so by CORS.
  'Cross-Origin-Resource-Policy': 'same-origin',
  'Referrer-Policy': 'no-referrer',
  'X-Content-Type-Options': 'nosniff',
  'X-Frame-Options': 'DENY',
  'X-Permitted-Cross-Domain-Policies': 'none',
};

/**
 * What a page has beside its own policy. Not for every answer: a redirect that has it cuts a window off from the
 * frontend that opened it to connect Amazon.
 */
export const PAGE_HEADERS = {
  'Cross-Origin-Opener-Policy': 'same-origin',
  'Permissions-Policy': 'camera=(), geolocation=(), microphone=(), payment=(), usb=()',
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
