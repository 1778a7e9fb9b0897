import { existsSync } from 'node:fs';
import {
  mkdir,
  mkdtemp,
  readdir,
  readFile,
  rename,
  rm,
  stat,
  utimes,
  writeFile,
} from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { errorCode } from './error-code';
import { isAlive } from './is-alive';

export type Report = (line: string) => void;

/** One way to get a program. */
export interface InstallWay {
  /** Such as "download"; names it in the error that lists what was tried. */
  name: string;
  /** Puts the program into the empty folder `work` and returns the path, inside it, that is to be kept. */
  install(work: string): Promise<string>;
}

export interface InstallOnce {
  /** Where the program is kept: a file or a folder. */
  target: string;
  /** What messages call it. */
  what: string;
  ways: readonly InstallWay[];
  /** What a person can do when every way fails. */
  advice: string;
  report: Report;
}

// The owner of a lock touches it every 5 s. Six missed touches: it was killed, or its machine was.
const TOUCH_MS = 5_000;
const ABANDONED_MS = 30_000;

/**
 * Makes sure that `target` exists, trying the ways in turn. Several processes may ask at once: one works, the
 * others wait for it. The target appears whole or not at all (made beside it, then renamed).
 * Throws an error that says what was tried, with which result, and what to do.
 */
export async function installOnce({ target, what, ways, advice, report }: InstallOnce) {
  if (existsSync(target)) return;
  await mkdir(dirname(target), { recursive: true });
  const unlock = await lock(`${target}.lock`, what, report, () => existsSync(target));
  try {
    if (existsSync(target)) return;
    await removeLeftovers(target);
    const refusals: string[] = [];
    for (const { name, install } of ways) {
      const work = await mkdtemp(`${target}.partial-`);
      try {
        await rename(await install(work), target);
        return;
      } catch (error) {
        if (existsSync(target)) return; // another process was faster (see lock)
        refusals.push(`${name}: ${error instanceof Error ? error.message : String(error)}`);
        report(`${what}: ${name} did not work (${firstLine(refusals.at(-1) ?? '')})`);
      } finally {
        await rm(work, { recursive: true, force: true });
      }
    }
    throw new Error(`No ${what}. Tried:\n- ${refusals.join('\n- ')}\n${advice}`);
  } finally {
    await unlock();
  }
}

const firstLine = (text: string): string => text.replace(/\n[\s\S]*/, '').replace(/^[^:]*: /, '');

/** What an installer that was killed left behind; only the holder of the lock may call this. */
async function removeLeftovers(target: string): Promise<void> {
  for (const entry of await readdir(dirname(target)))
    if (entry.startsWith(`${basename(target)}.partial-`))
      await rm(join(dirname(target), entry), { recursive: true, force: true });
}

/**
 * Two waiters that find the same abandoned lock can in theory both take it; then both install, each in its
 * own folder, and one rename stands: slower, never corrupt.
 */
async function lock(path: string, what: string, report: Report, done: () => boolean) {
  for (let told = false; ; await delay(500)) {
    try {
      await writeFile(path, String(process.pid), { flag: 'wx' });
      const touching = setInterval(() => {
        const now = new Date();
        utimes(path, now, now).catch(() => undefined); // removed by hand: the rename stays safe
      }, TOUCH_MS);
      return async () => {
        clearInterval(touching);
        await rm(path, { force: true });
      };
    } catch (error) {
      if (errorCode(error) !== 'EEXIST') throw error;
    }
    if (done()) return async () => undefined;
    const owner = await ownerOf(path);
    if (owner === 'gone') await rm(path, { force: true });
    else if (!told) {
      told = true;
      report(`${what}: process ${owner} is getting it, waiting for that (${path})`);
    }
  }
}

async function ownerOf(path: string): Promise<number | 'gone'> {
  try {
    const [text, { mtimeMs }] = await Promise.all([readFile(path, 'utf8'), stat(path)]);
    if (Date.now() - mtimeMs > ABANDONED_MS) return 'gone';
    const pid = Number(text);
    // An empty file is a lock whose owner is just writing it.
    return pid === 0 || isAlive(pid) ? pid : 'gone';
  } catch {
    return 'gone'; // given back in between
  }
}
