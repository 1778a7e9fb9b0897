import { verify } from 'jsonwebtoken';
import type { Context } from 'koa';
import { z } from 'zod';
import { userKeyOf } from '../contract/user-key';
import type { SessionSettings } from '../settings/session-settings';
import { ApiError } from './api-error';

/** A session token is a few hundred bytes; anything longer is not worth a signature check. */
const LONGEST_TOKEN = 8_192;

export interface Session {
  userKey: string;
  /** When the session ends, epoch ms. */
  expiresAt: number;
}

/** Throws `unauthorized` where there is none. */
export type ReadSession = (ctx: Pick<Context, 'get' | 'cookies'>) => Session;

/**
 * Reads and checks the session of a request: `Authorization: Bearer`, or the cookie `session_token`. The one
 * claim that the settings name says who the user is; headers, queries and bodies never do.
 */
export function createSessionReader(
  { key, userClaim, issuer, audience }: SessionSettings,
  now: () => number,
): ReadSession {
  const Expiry = z.object({ exp: z.number() });
  const User = z.object({
    [userClaim]: z.union([z.string().min(1).max(1_024), z.int().transform(String)]),
  });
  return (ctx) => {
    const token = bearerOf(ctx) ?? ctx.cookies.get('session_token');
    if (token === undefined || token.length > LONGEST_TOKEN) throw new ApiError('unauthorized');
    const claims = verified(() =>
      verify(token, key.key, {
        algorithms: [key.algorithm],
        clockTimestamp: Math.floor(now() / 1000),
        ...(issuer !== undefined && { issuer }),
        ...(audience !== undefined && { audience }),
      }),
    );
    // A token without an end would be a session for ever.
    const expiry = Expiry.safeParse(claims);
    const user = User.safeParse(claims).data?.[userClaim];
    if (!expiry.success || user === undefined) throw new ApiError('unauthorized');
    return { userKey: userKeyOf(user), expiresAt: expiry.data.exp * 1000 };
  };
}

function verified(check: () => unknown): unknown {
  try {
    return check();
  } catch {
    // Why a token is not good is nobody's business but its issuer's.
    throw new ApiError('unauthorized');
  }
}

function bearerOf(ctx: Pick<Context, 'get'>): string | undefined {
  return /^Bearer +(\S+)$/i.exec(ctx.get('authorization'))?.[1];
}
