import { randomBytes } from 'node:crypto';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { errorCode } from './error-code';
import { freePort } from './free-port';

const StackFacts = z.object({
  sessionSecret: z.string().min(32),
  /** As `TOKEN_ENCRYPTION_KEYS` has it. */
  encryptionKeys: z.string(),
  /** The day for which the sandbox's sellers were generated, epoch ms: data kept between runs stays theirs. */
  anchor: z.number(),
  /** Where the sandbox listens: connections remember their host. */
  sandboxPort: z.number().int(),
});
export type StackFacts = z.infer<typeof StackFacts>;

/** What a stack makes up at its first start and keeps beside its data. */
export async function stackFacts(dataDir: string, now: number): Promise<StackFacts> {
  const path = join(dataDir, 'stack.json');
  const kept = await readFile(path, 'utf8').catch((error: unknown) => {
    if (errorCode(error) === 'ENOENT') return undefined;
    throw error;
  });
  if (kept !== undefined) return StackFacts.parse(JSON.parse(kept));
  const facts: StackFacts = {
    sessionSecret: randomBytes(32).toString('base64'),
    encryptionKeys: `dev:${randomBytes(32).toString('base64')}`,
    anchor: now,
    sandboxPort: await freePort(4010),
  };
  await writeFile(path, JSON.stringify(facts), { mode: 0o600 });
  return facts;
}
