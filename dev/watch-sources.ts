import { createHash } from 'node:crypto';
import { type FSWatcher, watch } from 'node:fs';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { absent } from './absent';
import { errorCode } from './error-code';

/** An editor writes a file in several steps, and a branch is checked out as many files. */
const QUIET_MS = 40;

export interface SourceWatch {
  stop(): void;
}

/**
 * Tells which files below some folders of `root` are new, gone or have other content than before. Returns when it knows
 * what they hold. Each folder is watched by itself: that sees files that are put in the place of others, as editors do,
 * on every system.
 */
export async function watchSources({
  root,
  folders,
  onChange,
}: {
  root: string;
  folders: readonly string[];
  /** Gets paths below `root`. */
  onChange: (files: string[]) => void;
}): Promise<SourceWatch> {
  const known = new Map<string, Map<string, string>>();
  const watchers = new Map<string, FSWatcher>();
  const dirty = new Set<string>();
  let stopped = false;
  let timer: NodeJS.Timeout | undefined;
  let last: Promise<void> = Promise.resolve();

  const soon = (folder: string) => {
    dirty.add(folder);
    clearTimeout(timer);
    timer = setTimeout(() => {
      last = last.then(look);
    }, QUIET_MS);
  };
  const look = async () => {
    const changed: string[] = [];
    for (const folder of [...dirty]) {
      dirty.delete(folder);
      changed.push(...(await scan(folder)));
    }
    if (changed.length > 0 && !stopped) onChange(changed);
  };
  /** Returns what has changed in a folder since it was looked at, and in the folders below that are new. */
  const scan = async (folder: string): Promise<string[]> => {
    if (!watchers.has(folder)) {
      try {
        watchers.set(
          folder,
          watch(join(root, folder), () => soon(folder)),
        );
      } catch (error) {
        if (errorCode(error) === 'ENOENT') return [];
        throw error;
      }
      watchers.get(folder)?.on('error', () => soon(folder));
    }
    const before = known.get(folder) ?? new Map<string, string>();
    const now = new Map<string, string>();
    const changed: string[] = [];
    const entries = await readdir(join(root, folder), { withFileTypes: true }).catch(absent);
    if (entries === undefined) {
      watchers.get(folder)?.close();
      watchers.delete(folder);
    }
    for (const entry of entries ?? []) {
      const path = join(folder, entry.name);
      if (entry.isDirectory()) {
        if (!watchers.has(path)) changed.push(...(await scan(path)));
      } else if (isSource(entry.name)) {
        const content = await readFile(join(root, path)).catch(absent);
        if (content === undefined) continue;
        now.set(path, createHash('sha1').update(content).digest('base64'));
      }
    }
    known.set(folder, now);
    for (const [path, hash] of now) if (before.get(path) !== hash) changed.push(path);
    for (const path of before.keys()) if (!now.has(path)) changed.push(path);
    return changed;
  };

  for (const folder of folders) await scan(folder);
  return {
    stop() {
      stopped = true;
      clearTimeout(timer);
      for (const watcher of watchers.values()) watcher.close();
      watchers.clear();
    },
  };
}

/** Not what editors keep beside a file. */
function isSource(name: string): boolean {
  return /^[^.].*\.(tsx?|html|css|svg)$/.test(name);
}
