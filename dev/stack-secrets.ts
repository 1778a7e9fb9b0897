import { randomBytes } from 'node:crypto';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';

const StackSecrets = z.object({
  sessionSecret: z.string().min(32),
  /** As `TOKEN_ENCRYPTION_KEYS` has it. */
  encryptionKeys: z.string(),
  /** The day for which the sandbox's sellers were generated, epoch ms: data kept between runs stays theirs. */
  anchor: z.number(),
});
export type StackSecrets = z.infer<typeof StackSecrets>;

/** What a stack makes up at its first start and keeps beside its data. */
export async function stackSecrets(dataDir: string, now: number): Promise<StackSecrets> {
  const path = join(dataDir, 'stack.json');
  const kept = await readFile(path, 'utf8').catch((error: unknown) => {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined;
    throw error;
  });
  if (kept !== undefined) return StackSecrets.parse(JSON.parse(kept));
  const secrets: StackSecrets = {
    sessionSecret: randomBytes(32).toString('base64'),
    encryptionKeys: `dev:${randomBytes(32).toString('base64')}`,
    anchor: now,
  };
  await writeFile(path, JSON.stringify(secrets), { mode: 0o600 });
  return secrets;
}
