import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { errorCode } from './error-code';
import { isAlive } from './is-alive';

/**
 * Makes a folder ours for as long as this process lives, and throws when another one has it: two stacks on one
 * database, or one that starts over under a running one, would break each other. Returns how to let it go.
 */
export async function claimFolder(folder: string): Promise<() => Promise<void>> {
  await mkdir(folder, { recursive: true });
  const path = join(folder, 'stack.pid');
  const owner = Number(await readFile(path, 'utf8').catch(absent));
  if (owner > 0 && owner !== process.pid && isAlive(owner)) {
    throw new Error(`A stack already runs on ${folder} (process ${owner}). Stop it first.`);
  }
  await writeFile(path, String(process.pid));
  return () => rm(path, { force: true });
}

function absent(error: unknown): string {
  if (errorCode(error) === 'ENOENT') return '';
  throw error;
}
