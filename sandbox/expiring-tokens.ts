import { createHmac, randomBytes, timingSafeEqual } from 'node:crypto';
import { z } from 'zod';
import type { SandboxClock } from './clock';

export type TokenPurpose =
  | 'access'
  | 'code'
  | 'amazon-state'
  | 'orders-page'
  | 'inventory-page'
  | 'reports-page'
  | 'document';

export type TokenReading = { state: 'live'; data: string } | { state: 'expired' | 'invalid' };

/**
 * Every token that the sandbox hands out carries its own data and expiry, signed with a key of this process, so
 * that nothing has to be remembered or cleaned up.
 */
export interface ExpiringTokens {
  /** `lifetime` in Amazon's seconds. The token is safe in a URL. */
  issue(purpose: TokenPurpose, data: string, lifetime: number): string;
  read(purpose: TokenPurpose, token: string): TokenReading;
}

const Claims = z.tuple([z.string(), z.number(), z.string()]);

export function createExpiringTokens(clock: SandboxClock): ExpiringTokens {
  const key = randomBytes(32);
  const sign = (text: string) => createHmac('sha256', key).update(text).digest();

  return {
    issue(purpose, data, lifetime) {
      const claims: z.infer<typeof Claims> = [purpose, clock.elapsed() + lifetime, data];
      const text = Buffer.from(JSON.stringify(claims)).toString('base64url');
      return `${text}.${sign(text).toString('base64url')}`;
    },

    read(purpose, token) {
      const [text = '', signature = ''] = token.split('.');
      const given = Buffer.from(signature, 'base64url');
      const right = sign(text);
      if (given.length !== right.length || !timingSafeEqual(given, right))
        return { state: 'invalid' };
      const [issuedFor, expires, data] = Claims.parse(
        JSON.parse(Buffer.from(text, 'base64url').toString()),
      );
      if (issuedFor !== purpose) return { state: 'invalid' };
      return clock.elapsed() < expires ? { state: 'live', data } : { state: 'expired' };
    },
  };
}
