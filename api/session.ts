import { createPublicKey, createSecretKey, type KeyObject } from 'node:crypto';
import { type Algorithm, verify } from 'jsonwebtoken';
import type { Context } from 'koa';
import { z } from 'zod';
import { userKeyOf } from '../contract/user-key';
import type { SessionSettings } from '../settings/settings';
import { ApiError } from './api-error';

/** A session token is a few hundred bytes; anything longer is not worth a signature check. */
const LONGEST_TOKEN = 8_192;

export interface Session {
  userKey: string;
  /** When the session ends, epoch ms. */
  expiresAt: number;
}

export type ReadSession = (ctx: Context) => Session;

/**
 * Reads and checks the session of a request: `Authorization: Bearer`, or the cookie `session_token`. The one
 * claim that the settings name says who the user is; headers, queries and bodies never do.
 */
export function createSessionReader(
  { key, userClaim, issuer, audience }: SessionSettings,
  now: () => number,
): ReadSession {
  const { verificationKey, algorithms } = pinned(key);
  const Expiry = z.object({ exp: z.number() });
  const User = z.object({
    [userClaim]: z.union([z.string().min(1).max(1_024), z.int().transform(String)]),
  });
  return (ctx) => {
    const token = bearerOf(ctx) ?? ctx.cookies.get('session_token');
    if (token === undefined || token.length > LONGEST_TOKEN) throw new ApiError('unauthorized');
    const claims = verified(() =>
      verify(token, verificationKey, {
        algorithms,
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

/** The key decides the algorithm; a token never does. */
function pinned(key: SessionSettings['key']): {
  verificationKey: KeyObject;
  algorithms: Algorithm[];
} {
  if (key.kind === 'secret') {
    // As a key object: a text is tried as a public key first, at each request, which takes milliseconds.
    return { verificationKey: createSecretKey(key.secret, 'utf8'), algorithms: ['HS256'] };
  }
  const verificationKey = publicKeyOf(key.publicKey);
  const { modulusLength = 0, namedCurve } = verificationKey.asymmetricKeyDetails ?? {};
  switch (verificationKey.asymmetricKeyType) {
    case 'rsa':
      if (modulusLength < 2048) break;
      return { verificationKey, algorithms: ['RS256'] };
    case 'ec':
      if (namedCurve !== 'prime256v1') break;
      return { verificationKey, algorithms: ['ES256'] };
  }
  throw new Error('SESSION_JWT_PUBLIC_KEY must be an RSA key of 2048 bits or more, or a P-256 key');
}

function publicKeyOf(pem: string): KeyObject {
  try {
    return createPublicKey(pem);
  } catch {
    throw new Error('SESSION_JWT_PUBLIC_KEY cannot be read');
  }
}

function verified(check: () => unknown): unknown {
  try {
    return check();
  } catch {
    // Why a token is not good is nobody's business but its issuer's.
    throw new ApiError('unauthorized');
  }
}

function bearerOf(ctx: Context): string | undefined {
  return /^Bearer +(\S+)$/i.exec(ctx.get('authorization'))?.[1];
}
