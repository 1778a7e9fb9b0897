import { verify } from 'jsonwebtoken';
import type { Context } from 'koa';
import { z } from 'zod';
import { userKeyOf } from '../contract/user-key';
import type { SessionKeys } from '../settings/session-keys';
import type { SessionSettings } from '../settings/session-settings';
import { ApiError } from './api-error';

/** A session token is a few hundred bytes; anything longer is not worth a signature check. */
const LONGEST_TOKEN = 8_192;

/** Halves of surrogate pairs are no text, and all of them would be hashed to the key of one user. */
const UserId = z
  .string()
  .min(1)
  .max(1_024)
  .refine((text) => text.isWellFormed());

/** What of a token's header is looked at. With `crit` it asks for what nobody here knows (RFC 7515, 4.1.11). */
const Header = z.object({ kid: z.string().optional(), crit: z.undefined().optional() });

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
  { userClaim, issuer, audience }: Omit<SessionSettings, 'keys' | 'readKeys'>,
  keys: SessionKeys,
  now: () => number,
): ReadSession {
  const Expiry = z.object({ exp: z.number() });
  const User = z.object({ [userClaim]: z.union([UserId, z.int().transform(String)]) });
  return (ctx) => {
    const token = bearerOf(ctx) ?? ctx.cookies.get('session_token');
    if (token === undefined || token.length > LONGEST_TOKEN) throw new ApiError('unauthorized');
    const key = keys.keyFor(kidOf(token));
    if (key === undefined) throw new ApiError('unauthorized');
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

/**
 * Checks the session of a request once, however many ask for it. One that ends while its request waits for its turn
 * still counts: it was good when the request came.
 */
export function oncePerRequest(read: ReadSession): ReadSession {
  const known = new WeakMap<object, Session>();
  return (ctx) => {
    const before = known.get(ctx);
    if (before !== undefined) return before;
    const session = read(ctx);
    known.set(ctx, session);
    return session;
  };
}

/** Which key a token says that it is signed with. Nothing else of what it says is asked before that is checked. */
function kidOf(token: string): string | undefined {
  const [header = ''] = token.split('.');
  const parsed = Header.safeParse(
    verified(() => JSON.parse(Buffer.from(header, 'base64url').toString('utf8'))),
  );
  if (!parsed.success) throw new ApiError('unauthorized');
  return parsed.data.kid;
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
