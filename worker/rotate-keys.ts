import { readRotationSettings } from '../settings/rotation-settings';
import { requireOwnSessions } from '../store/own-sessions';
import { isHeldAs } from '../store/process-role';
import { openScopedDatabase } from '../store/scoped-database';
import { TokenVault } from '../store/token-vault';
import { type KeyRotationEnd, rotateKeys } from './key-rotation';

/** 1 is for what kept it from running: settings, or a database out of reach. */
const EXIT_CODES: Readonly<Record<KeyRotationEnd, number>> = { complete: 0, left: 2, stopped: 3 };

/** `node dist/worker/rotate-keys.js`: a command for operators, beside the running service. */
async function main(): Promise<void> {
  const { databaseUrl, encryptionKeys } = readRotationSettings(process.env);
  const stop = new AbortController();
  for (const signal of ['SIGTERM', 'SIGINT'] as const) process.once(signal, () => stop.abort());
  const db = openScopedDatabase({
    url: databaseUrl,
    maxConnections: 1,
    connectTimeoutMs: 10_000,
    statementTimeoutMs: 60_000,
    applicationName: 'amazon-sync-rotate-keys',
  });
  try {
    const all = db.ofMaintenance();
    // With the API's role, or in another's session, it would find nothing to do, and have the old key thrown away.
    if (await isHeldAs(all, 'worker')) await requireOwnSessions(databaseUrl);
    const end = await rotateKeys({
      db: all,
      vault: new TokenVault(encryptionKeys),
      keyIds: encryptionKeys.map(({ id }) => id),
      signal: stop.signal,
      now: Date.now,
      say: (line) => process.stdout.write(`${line}\n`),
    });
    process.exitCode = EXIT_CODES[end];
  } finally {
    await db.destroy();
  }
}

main().catch((error: unknown) => {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 1;
});
