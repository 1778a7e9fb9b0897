import type { Context } from 'koa';
import { AUTH_PATH } from './amazon-addresses';
import { STATE_MINUTES } from './consent-states';

const NAME = 'amazon_oauth_nonce';

/** The cookie that tells the browser which began an authorization. */
export interface NonceCookie {
  read(http: Pick<Context, 'cookies'>): string | undefined;
  write(http: Pick<Context, 'cookies'>, nonce: string): void;
}

/**
 * Over TLS the cookie is for requests across sites too, since a frontend of another site may ask for the consent
 * page's address. Without TLS browsers refuse such a cookie, so there it is for the same site.
 */
export function createNonceCookie(publicUrl: string): NonceCookie {
  const secure = new URL(publicUrl).protocol === 'https:';
  return {
    read: ({ cookies }) => cookies.get(NAME),
    write({ cookies }, nonce) {
      // The connection to this process is plain where a proxy speaks TLS; the browser's is not.
      cookies.secure = secure;
      cookies.set(NAME, nonce, {
        httpOnly: true,
        path: AUTH_PATH,
        maxAge: STATE_MINUTES * 60_000,
        secure,
        sameSite: secure ? 'none' : 'lax',
        overwrite: true,
      });
    },
  };
}
