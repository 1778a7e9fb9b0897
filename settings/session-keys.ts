import { createSecretKey } from 'node:crypto';
import { z } from 'zod';
import { publicJwkSessionKey, type SessionKey } from './session-key';

/** The keys that session tokens may be signed with. */
export interface SessionKeys {
  /** The key that a token names by its `kid`. Undefined where it names none of these, or none where there are several. */
  keyFor(kid: string | undefined): SessionKey | undefined;
}

/** A key without a name, which every token is checked with, whatever it names. */
export function oneSessionKey(key: SessionKey): SessionKeys {
  return { keyFor: () => key };
}

const Base64Url = z.string().regex(/^[\w-]+$/);

/** What of a JWK (RFC 7517) is read; what else stands in it says nothing here. */
const Jwk = z.object({
  kty: z.string(),
  kid: z.string().min(1).max(256).optional(),
  use: z.string().optional(),
  alg: z.string().optional(),
  /** The private part of a key, or the whole of a shared one. */
  d: z.unknown().optional(),
  k: Base64Url.optional(),
  n: Base64Url.optional(),
  e: Base64Url.optional(),
  crv: z.string().optional(),
  x: Base64Url.optional(),
  y: Base64Url.optional(),
});
type Jwk = z.infer<typeof Jwk>;

/** More are nobody's rotation. */
const JwkSet = z.object({ keys: z.array(Jwk).min(1).max(20) });

export type ReadSessionKeys =
  | { kind: 'keys'; keys: SessionKeys }
  /** `fault` says what is wrong, and quotes nothing of the keys. */
  | { kind: 'refused'; fault: string };

/**
 * Reads a JWK Set. Each key is for one algorithm, by its kind and not by what a token says; several must have names
 * that differ. Keys that are not for signatures are passed over.
 */
export function parseSessionKeys(text: string): ReadSessionKeys {
  const parsed = JwkSet.safeParse(jsonOf(text));
  if (!parsed.success) return refused('must be a JWK Set of 1 to 20 keys');
  const signing = parsed.data.keys.filter(({ use = 'sig' }) => use === 'sig');
  const [first] = signing;
  if (first === undefined) return refused('has no key for signatures');
  const keys = new Map<string | undefined, SessionKey>();
  for (const [index, jwk] of signing.entries()) {
    const name = `its key ${index + 1}`;
    if (jwk.d !== undefined)
      return refused(`${name} is a private one, which belongs to the sign-in`);
    const key = sessionKeyOf(jwk);
    if (key === undefined)
      return refused(`${name} is none of RSA (2048 bits or more), P-256, oct (32 bytes or more)`);
    if ((jwk.alg ?? key.algorithm) !== key.algorithm)
      return refused(`${name} must have the alg ${key.algorithm}`);
    if (signing.length > 1 && jwk.kid === undefined) return refused(`${name} has no kid`);
    if (keys.has(jwk.kid)) return refused(`${name} has the kid of another`);
    keys.set(jwk.kid, key);
  }
  if (signing.length > 1) return { kind: 'keys', keys: { keyFor: (kid) => keys.get(kid) } };
  const only = keys.get(first.kid);
  return {
    kind: 'keys',
    keys: { keyFor: (kid) => (kid === undefined || kid === first.kid ? only : undefined) },
  };
}

function sessionKeyOf({ kty, k, n, e, crv, x, y }: Jwk): SessionKey | undefined {
  if (kty !== 'oct') return publicJwkSessionKey({ kty, n, e, crv, x, y });
  const secret = Buffer.from(k ?? '', 'base64url');
  return secret.length < 32 ? undefined : { algorithm: 'HS256', key: createSecretKey(secret) };
}

function refused(fault: string): ReadSessionKeys {
  return { kind: 'refused', fault };
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
