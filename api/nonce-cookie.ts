import type { Context } from 'koa';
import { STATE_MINUTES } from './consent-states';

/** The cookie that tells the browser which began an authorization. */
export interface NonceCookie {
  read(http: Pick<Context, 'cookies'>): string | undefined;
  write(http: Pick<Context, 'cookies'>, nonce: string): void;
}

/**
 * Over TLS the cookie is for requests across sites too, since a frontend of another site may ask for the consent
 * page's address. Without TLS browsers refuse such a cookie, so there it is for the same site.
 *
 * Its path is all of the host: authorizations begin at older paths too, and a proxy may put a path before all of
 * them. With `__Host-` before its name browsers take it from this very host only, over TLS, and from no neighbour.
 */
export function createNonceCookie(publicUrl: string): NonceCookie {
  const secure = new URL(publicUrl).protocol === 'https:';
  const name = secure ? '__Host-amazon_oauth_nonce' : 'amazon_oauth_nonce';
  return {
    read: ({ cookies }) => cookies.get(name),
    write({ cookies }, nonce) {
      // The connection to this process is plain where a proxy speaks TLS; the browser's is not.
      cookies.secure = secure;
      cookies.set(name, nonce, {
        httpOnly: true,
        path: '/',
        maxAge: STATE_MINUTES * 60_000,
        secure,
        sameSite: secure ? 'none' : 'lax',
        overwrite: true,
      });
    },
  };
}
