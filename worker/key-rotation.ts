import { recordAudit } from '../store/audit-events';
import type { Database } from '../store/database';
import { countSealed, resealSecrets, type SealedCount } from '../store/sealed-secrets';
import type { TokenVault } from '../store/token-vault';

export interface KeyRotationDeps {
  db: Database;
  vault: TokenVault;
  /** The ids of all keys of the settings, the one that seals first. */
  keyIds: readonly string[];
  /** Ends it between two batches. */
  signal: AbortSignal;
  /** Epoch ms. */
  now: () => number;
  /** Gets each line for people. */
  say: (line: string) => void;
}

/** `complete`: nothing is left. `left`: something is, and the lines say what to do. `stopped`: by the signal. */
export type KeyRotationEnd = 'complete' | 'left' | 'stopped';

/**
 * Seals all tokens and webhook secrets with the first key, says how far it is, and what can be done then. The audit
 * trail has it beforehand, so that nothing is changed of which it knows nothing.
 */
export async function rotateKeys(deps: KeyRotationDeps): Promise<KeyRotationEnd> {
  const { db, vault, keyIds, signal, now, say } = deps;
  const current = vault.currentKeyId;
  const atFirst = othersThan(current, await countSealed(db));
  say(`${inWords(total(atFirst))} sealed with other keys than ${current}`);
  if (atFirst.length > 0) {
    await recordAudit(db, {
      userKey: null,
      action: 'key_rotation',
      at: new Date(now()),
      details: {
        by: 'operator',
        keyId: current,
        connections: total(atFirst.filter(({ kind }) => kind === 'token')),
        webhooks: total(atFirst.filter(({ kind }) => kind === 'webhook secret')),
      },
    });
  }
  let done = 0;
  for await (const { resealed } of resealSecrets(db, vault)) {
    done += resealed;
    say(`${inWords(done)} sealed anew`);
    if (signal.aborted) break;
  }
  const left = othersThan(current, await countSealed(db));
  if (signal.aborted && left.length > 0) {
    say(`Stopped; ${inWords(total(left))} left. Run it again to go on.`);
    return 'stopped';
  }
  say(`Done: ${inWords(done)} sealed anew with ${current}, ${total(left)} left`);
  for (const { kind, keyId, count } of left) {
    say(`  ${count} × ${kind}, sealed with ${keyId}: ${whatToDo(keyId, keyIds)}`);
  }
  const unused = keyIds.filter((id) => id !== current && left.every(({ keyId }) => keyId !== id));
  if (unused.length > 0) {
    say(
      `Nothing is sealed with ${unused.join(', ')} any more. Once every process runs with ${current} in front, take ${unused.length === 1 ? 'it' : 'them'} out of TOKEN_ENCRYPTION_KEYS.`,
    );
  }
  return left.length === 0 ? 'complete' : 'left';
}

function whatToDo(keyId: string, known: readonly string[]): string {
  return known.includes(keyId)
    ? 'a process that seals with it is still running, or the text was altered. Restart all processes with the new key in front and run this again; what stays then cannot be opened, and its owner must connect or register again'
    : 'no such key is in TOKEN_ENCRYPTION_KEYS. Add it and run this again; without it the owner must connect or register again';
}

function othersThan(current: string, counts: readonly SealedCount[]): SealedCount[] {
  return counts.filter(({ keyId }) => keyId !== current);
}

function total(counts: readonly SealedCount[]): number {
  return counts.reduce((sum, { count }) => sum + count, 0);
}

function inWords(count: number): string {
  return count === 1 ? '1 secret' : `${count.toLocaleString('en-US')} secrets`;
}
