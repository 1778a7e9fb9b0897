import { createPublicKey } from 'node:crypto';

/** Whether a PEM holds a public key that sessions may be checked with: RSA of 2048 bits or more, or P-256. */
export function isSessionPublicKey(pem: string): boolean {
  // A private key would be read as the public one in it, and has no business here.
  if (!pem.includes('BEGIN PUBLIC KEY') || pem.includes('PRIVATE KEY')) return false;
  try {
    const { asymmetricKeyType, asymmetricKeyDetails } = createPublicKey(pem);
    return asymmetricKeyType === 'rsa'
      ? (asymmetricKeyDetails?.modulusLength ?? 0) >= 2048
      : asymmetricKeyType === 'ec' && asymmetricKeyDetails?.namedCurve === 'prime256v1';
  } catch {
    return false;
  }
}
