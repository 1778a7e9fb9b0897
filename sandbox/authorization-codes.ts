import { z } from 'zod';
import type { ExpiringTokens } from './expiring-tokens';

/** What a seller has consented to: which seller, and the address that the code goes to. */
export interface Consent {
  sellerId: string;
  redirectUri: string;
}

export interface AuthorizationCodes {
  issue(consent: Consent): string;
  /** Whose code it is, used or not; null when it never was one. */
  sellerOf(code: string): string | null;
  /** Uses a code up. Null when it has expired, was used, or was sent to another address. */
  redeem(code: string, redirectUri: string): string | null;
}

const Data = z.object({ sellerId: z.string(), redirectUri: z.string() });

/** Codes that are good once. `lifetime` in Amazon's seconds. */
export function createAuthorizationCodes(
  tokens: ExpiringTokens,
  lifetime: number,
): AuthorizationCodes {
  const used = new Set<string>();
  const read = (code: string) => {
    const reading = tokens.read('code', code);
    return reading.state === 'live' ? Data.parse(JSON.parse(reading.data)) : null;
  };
  return {
    issue: (consent) => tokens.issue('code', JSON.stringify(consent), lifetime),
    sellerOf: (code) => read(code)?.sellerId ?? null,
    redeem(code, redirectUri) {
      const consent = read(code);
      if (consent === null || used.has(code) || consent.redirectUri !== redirectUri) return null;
      used.add(code);
      return consent.sellerId;
    },
  };
}
