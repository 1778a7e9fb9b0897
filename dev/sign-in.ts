import { randomUUID } from 'node:crypto';
import { sign } from 'jsonwebtoken';
import { z } from 'zod';
import { ApiError } from '../api/api-error';
import type { Route } from '../api/create-app';
import { userKeyOf } from '../contract/user-key';
import type { Sandbox } from '../sandbox/sandbox';
import type { SandboxSeller } from '../sandbox/sandbox-seller';
import { connect } from '../store/connections';
import type { Database } from '../store/database';
import { scheduleDaily } from '../store/sync-schedules';
import type { TokenVault } from '../store/token-vault';

const SESSION_SECONDS = 12 * 60 * 60;

const SignIn = z.strictObject({
  user: z.string().min(1).max(512),
  /** The id of one of the sandbox's sellers, to connect at once. */
  seller: z.string().optional(),
});

export interface SignInDeps {
  sessionSecret: string;
  vault: TokenVault;
  sandbox: Sandbox;
  /** Epoch ms. */
  now: () => number;
}

/**
 * Signs anybody in as anybody: for the embedded stack, which is where it exists. A product has a sign-in of
 * its own, which issues the same kind of token.
 */
export function signInRoute({ sessionSecret, vault, sandbox, now }: SignInDeps): Route {
  return (router, { db }) => {
    router.post('/dev/sign-in', async (ctx) => {
      const input = SignIn.safeParse(ctx.request.body);
      if (!input.success) throw new ApiError('invalid_request');
      const { user, seller: sellerId } = input.data;
      if (sellerId !== undefined) {
        const seller = sandbox.sellers.find((known) => known.sellerId === sellerId);
        if (seller === undefined) throw new ApiError('not_found', { message: 'No such seller.' });
        const ofUser = db.ofUser(userKeyOf(user));
        await connectSeller(ofUser, vault, user, seller, sandbox.spApiUrl, now());
        await ofUser
          .transaction()
          .execute((trx) => scheduleDaily(trx, userKeyOf(user), new Date(now())));
      }
      const token = sessionToken(sessionSecret, user, now());
      ctx.cookies.set('session_token', token, {
        httpOnly: true,
        sameSite: 'lax',
        maxAge: SESSION_SECONDS * 1000,
        overwrite: true,
      });
      ctx.body = { success: true, token };
    });
  };
}

/** A session token as the product's sign-in would issue it. */
export function sessionToken(secret: string, userId: string, now: number): string {
  const seconds = Math.floor(now / 1000);
  return sign({ sub: userId, iat: seconds, exp: seconds + SESSION_SECONDS }, secret, {
    algorithm: 'HS256',
  });
}

/** Connects a user to a seller of the sandbox, as Amazon's consent page would. Returns the connection's id. */
export function connectSeller(
  db: Database,
  vault: TokenVault,
  userId: string,
  seller: SandboxSeller,
  endpoint: string,
  now: number,
): Promise<string> {
  const connection = {
    id: randomUUID(),
    userKey: userKeyOf(userId),
    sellerId: seller.sellerId,
    region: seller.region,
    endpoint,
    marketplaceIds: seller.marketplaceIds,
    refreshToken: seller.refreshToken,
  };
  return connect(db, vault, connection, new Date(now));
}
