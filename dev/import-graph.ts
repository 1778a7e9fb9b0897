import { readFile } from 'node:fs/promises';
import { dirname, join, normalize } from 'node:path';
import { absent } from './absent';

/** Finds the source files that a compiled one is made of. */
export type SourcesOf = (entry: string) => Promise<Set<string>>;

/**
 * The source files that a compiled one is made of: its own and those that its requires lead to, as paths below the root
 * of the checkout. Types are no part of it: they are gone when it is compiled. `entry` is such a path. Each file is read
 * once, so it is good until one is compiled again.
 */
export function importGraph(root: string): SourcesOf {
  const known = new Map<string, Promise<string[]>>();
  const required = (file: string) => {
    const files = known.get(file) ?? requiredBy(root, file);
    known.set(file, files);
    return files;
  };
  return async (entry) => {
    const found = new Set([entry]);
    let next = [entry];
    while (next.length > 0) {
      const reached = (await Promise.all(next.map(required))).flat();
      next = [...new Set(reached)].filter((file) => !found.has(file));
      for (const file of next) found.add(file);
    }
    return found;
  };
}

async function requiredBy(root: string, file: string): Promise<string[]> {
  const compiled = join(root, 'dist', file.replace(/\.ts$/, '.js'));
  // One that is missing is told to whoever loads it.
  const code = (await readFile(compiled, 'utf8').catch(absent)) ?? '';
  return [...code.matchAll(/\brequire\(["'](\.{1,2}\/[^"']+)["']\)/g)].map(([, path = '']) =>
    normalize(join(dirname(file), `${path}.ts`)),
  );
}
