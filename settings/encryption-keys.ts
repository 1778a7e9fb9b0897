import type { z } from 'zod';

/** A key for tokens at rest. The id is stored beside what the key encrypted. */
export interface EncryptionKey {
  id: string;
  /** 32 bytes, for AES-256. */
  key: Buffer;
}

/**
 * Parses `id:base64,id:base64`. The first key encrypts; all of them decrypt, so a new key is put in front and
 * the old one stays until nothing is encrypted with it.
 */
export function parseEncryptionKeys(text: string, context: z.RefinementCtx): EncryptionKey[] {
  const keys: EncryptionKey[] = [];
  for (const part of text.split(',')) {
    const [id, encoded] = part.trim().split(':');
    const key = Buffer.from(encoded ?? '', 'base64');
    if (id === undefined || !/^[A-Za-z0-9_-]{1,32}$/.test(id) || key.length !== 32) {
      context.addIssue(
        'must be id:key pairs, each key 32 bytes in base64 (openssl rand -base64 32)',
      );
      return keys;
    }
    if (keys.some((other) => other.id === id)) {
      context.addIssue(`names the key id ${id} twice`);
      return keys;
    }
    keys.push({ id, key });
  }
  return keys;
}
