import { readFile } from 'node:fs/promises';
import { dirname, join, normalize } from 'node:path';
import { absent } from './absent';

/**
 * The source files that a compiled one is made of: its own and those that its requires lead to, as paths below the root
 * of the checkout. Types are no part of it: they are gone when it is compiled. `entry` is such a path.
 */
export async function sourcesOf(root: string, entry: string): Promise<Set<string>> {
  const found = new Set([entry]);
  // Those that are found join the walk.
  for (const file of found) {
    for (const required of await requiredBy(root, file)) found.add(required);
  }
  return found;
}

async function requiredBy(root: string, file: string): Promise<string[]> {
  const compiled = join(root, 'dist', file.replace(/\.ts$/, '.js'));
  // One that is missing is told to whoever loads it.
  const code = (await readFile(compiled, 'utf8').catch(absent)) ?? '';
  return [...code.matchAll(/\brequire\(["'](\.{1,2}\/[^"']+)["']\)/g)].map(([, path = '']) =>
    normalize(join(dirname(file), `${path}.ts`)),
  );
}
