import { randomUUID } from 'node:crypto';
import { open, realpath, rename, rm, stat } from 'node:fs/promises';
import { EXIT } from './exit-codes';
import { Failure, WrongUsage } from './failure';

/**
 * Writes a file that has its name only once it is whole: until then it is beside it under another, which is
 * removed when anything fails. What is no plain file, such as a pipe, is written to as it comes. Returns the bytes.
 */
export async function writeWhole(path: string, chunks: AsyncIterable<Uint8Array>): Promise<number> {
  const target = await targetOf(path);
  const part = target.isPlain ? `${target.path}.${randomUUID()}.part` : target.path;
  try {
    const bytes = await write(part, target.isPlain, chunks);
    if (target.isPlain) await rename(part, target.path);
    return bytes;
  } catch (error) {
    if (target.isPlain) await rm(part, { force: true });
    throw fileFailure(error, path);
  }
}

async function targetOf(path: string): Promise<{ path: string; isPlain: boolean }> {
  try {
    // Through a link: the file at its end is what is meant, not the link.
    const real = await realpath(path);
    const stats = await stat(real);
    if (stats.isDirectory()) throw new WrongUsage(`${path} is a folder; -o takes a file.`);
    return { path: real, isPlain: stats.isFile() };
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return { path, isPlain: true };
    throw fileFailure(error, path);
  }
}

async function write(
  path: string,
  isNew: boolean,
  chunks: AsyncIterable<Uint8Array>,
): Promise<number> {
  const file = await open(path, isNew ? 'wx' : 'w');
  let bytes = 0;
  try {
    for await (const chunk of chunks) {
      await file.writeFile(chunk);
      bytes += chunk.length;
    }
    // The new name must not outlive a crash that the bytes do not.
    if (isNew) await file.sync();
  } finally {
    await file.close();
  }
  return bytes;
}

function codeOf(error: unknown): string | undefined {
  return error instanceof Error && 'code' in error ? String(error.code) : undefined;
}

function fileFailure(error: unknown, path: string): unknown {
  const code = codeOf(error);
  if (error instanceof Failure || code === undefined || !('syscall' in Object(error))) return error;
  return new Failure(EXIT.output, 'output', `${path} cannot be written (${code}).`);
}
