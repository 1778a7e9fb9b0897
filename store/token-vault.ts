import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto';

interface VaultKey {
  id: string;
  /** 32 bytes. */
  key: Buffer;
}

/**
 * Seals refresh tokens and other secrets with AES-256-GCM. Each sealed text names its key, and is bound to its
 * owner (the id of a connection, or of what else has the secret) by associated data: moved to another row it no
 * longer opens.
 */
export class TokenVault {
  readonly #keys: ReadonlyMap<string, Buffer>;
  readonly #current: VaultKey;

  /** The first key seals; all of them open. */
  constructor(keys: readonly VaultKey[]) {
    const [current] = keys;
    if (current === undefined) throw new Error('The token vault needs at least one key');
    this.#current = current;
    this.#keys = new Map(keys.map(({ id, key }) => [id, key]));
  }

  seal(owner: string, secret: string): string {
    // A fresh 96-bit nonce for each sealing, as NIST SP 800-38D asks of random nonces.
    const nonce = randomBytes(12);
    const cipher = createCipheriv('aes-256-gcm', this.#current.key, nonce);
    cipher.setAAD(Buffer.from(owner));
    const sealed = Buffer.concat([cipher.update(secret, 'utf8'), cipher.final()]);
    const body = Buffer.concat([nonce, sealed, cipher.getAuthTag()]).toString('base64');
    return `${this.#current.id}:${body}`;
  }

  /** Throws when the key is unknown, the text was altered, or it belongs to another owner. */
  open(owner: string, sealedText: string): string {
    const keyId = keyIdOf(sealedText);
    const key = this.#keys.get(keyId);
    if (key === undefined) throw new Error(`No encryption key with the id ${keyId}`);
    const body = Buffer.from(sealedText.slice(keyId.length + 1), 'base64');
    const decipher = createDecipheriv('aes-256-gcm', key, body.subarray(0, 12), {
      authTagLength: 16,
    });
    decipher.setAAD(Buffer.from(owner));
    decipher.setAuthTag(body.subarray(-16));
    return Buffer.concat([decipher.update(body.subarray(12, -16)), decipher.final()]).toString(
      'utf8',
    );
  }

  /** {@link open}, or undefined where that throws. */
  tryOpen(owner: string, sealedText: string): string | undefined {
    try {
      return this.open(owner, sealedText);
    } catch {
      return undefined;
    }
  }

  /** Of the key that seals. */
  get currentKeyId(): string {
    return this.#current.id;
  }
}

function keyIdOf(sealedText: string): string {
  return sealedText.slice(0, Math.max(0, sealedText.indexOf(':')));
}
