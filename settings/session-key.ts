import { createPublicKey, createSecretKey, type JsonWebKey, type KeyObject } from 'node:crypto';

/** A key that session tokens are checked with. It decides the algorithm; a token never does. */
export interface SessionKey {
  algorithm: 'HS256' | 'RS256' | 'ES256';
  /** As an object: a text would be tried as a public key first, at each request, which takes milliseconds. */
  key: KeyObject;
}

export function secretSessionKey(secret: string): SessionKey {
  return { algorithm: 'HS256', key: createSecretKey(secret, 'utf8') };
}

/** The key in a PEM; undefined unless it is a public one of RSA with 2048 bits or more, or of P-256. */
export function publicSessionKey(pem: string): SessionKey | undefined {
  // A private key would be read as the public one in it, and has no business here.
  if (!pem.includes('BEGIN PUBLIC KEY') || pem.includes('PRIVATE KEY')) return undefined;
  return fixed(() => createPublicKey(pem));
}

/** The same of a JWK without its private part. */
export function publicJwkSessionKey(jwk: JsonWebKey): SessionKey | undefined {
  return fixed(() => createPublicKey({ key: jwk, format: 'jwk' }));
}

function fixed(read: () => KeyObject): SessionKey | undefined {
  const key = readable(read);
  const { modulusLength = 0, namedCurve } = key?.asymmetricKeyDetails ?? {};
  if (key?.asymmetricKeyType === 'rsa' && modulusLength >= 2048) return { algorithm: 'RS256', key };
  if (key?.asymmetricKeyType === 'ec' && namedCurve === 'prime256v1') {
    return { algorithm: 'ES256', key };
  }
  return undefined;
}

function readable(read: () => KeyObject): KeyObject | undefined {
  try {
    return read();
  } catch {
    return undefined;
  }
}
