import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { promisify } from 'node:util';
import { runToEnd } from './child-process';
import { isAlive } from './is-alive';
import { giveTo, type PostgresPrograms } from './postgres-programs';

// The guard of a server whose parent was killed tells it to end at once, and kills it after 10 s.
const TOLD_MS = 2_000;
const ENDED_MS = 15_000;

/**
 * Makes `home` a data folder that a server can be started on: a new one the first time, else the one of earlier
 * runs, whatever way they ended. Throws when it belongs to another version of PostgreSQL, is no data folder at
 * all, or a server runs on it.
 */
export async function preparePostgresData(
  home: string,
  {
    programs,
    password,
    durable,
    log,
  }: {
    programs: PostgresPrograms;
    /** Of the user postgres; only for a new folder. */
    password: string;
    durable: boolean;
    log: (line: string) => void;
  },
): Promise<void> {
  if (!existsSync(home)) return create(home, programs, password, durable, log);
  const version = await readFile(join(home, 'PG_VERSION'), 'utf8').catch((cause: unknown) => {
    throw new Error(`${home} is not a data folder of PostgreSQL (${String(cause)})`, { cause });
  });
  if (version.trim() !== programs.major)
    throw new Error(
      `The data in ${home} was made by PostgreSQL ${version.trim()}, this is ${programs.major}. ` +
        'Remove the folder to start over, or dump the data with the old version.',
    );
  await leavePidFileBehind(home, log);
}

/** Beside its place first: a killed initdb leaves a folder that looks like data. */
async function create(
  home: string,
  { initdb, user }: PostgresPrograms,
  password: string,
  durable: boolean,
  log: (line: string) => void,
): Promise<void> {
  const unfinished = `${home}.new`;
  const passwordFile = `${home}.password`;
  await rm(unfinished, { recursive: true, force: true });
  try {
    await mkdir(unfinished, { mode: 0o700 });
    await writeFile(passwordFile, password, { mode: 0o600 });
    await Promise.all([giveTo(user, unfinished), giveTo(user, passwordFile)]);
    await runToEnd({
      name: 'initdb',
      command: initdb,
      args: [
        ...[`--pgdata=${unfinished}`, '--username=postgres', `--pwfile=${passwordFile}`],
        '--auth=scram-sha-256',
        // The same order and case rules on every system, whatever locales it has.
        ...[
          '--encoding=UTF8',
          '--locale=C',
          '--locale-provider=builtin',
          '--builtin-locale=C.UTF-8',
        ],
        ...(durable ? [] : ['--no-sync']),
      ],
      cwd: '/',
      user,
      onLine: log,
    });
    await rename(unfinished, home);
  } finally {
    await rm(passwordFile, { force: true });
  }
}

/**
 * A crash leaves postmaster.pid. PostgreSQL takes over when no process has that id, but not when the id now
 * belongs to some other program of ours; and after a killed run its server may just be ending.
 */
async function leavePidFileBehind(home: string, log: (line: string) => void): Promise<void> {
  const path = join(home, 'postmaster.pid');
  const start = performance.now();
  for (let told = false; existsSync(path); await delay(100)) {
    const text = await readFile(path, 'utf8').catch(() => '');
    const pid = Number(text.split('\n')[0]);
    if (!pid || !isAlive(pid) || !(await commandLine(pid)).includes(home)) {
      await rm(path, { force: true });
      return;
    }
    // Its last line says what the server is up to: starting, ready, stopping.
    if (performance.now() - start > (text.includes('stopping') ? ENDED_MS : TOLD_MS))
      throw new Error(`PostgreSQL already runs on ${home} (process ${pid}): stop that one first`);
    if (!told) log(`waiting for the PostgreSQL of an earlier run to end (process ${pid})`);
    told = true;
  }
}

/** Empty when the process has just ended. */
async function commandLine(pid: number): Promise<string> {
  // Not every Linux image has ps, no macOS has /proc.
  if (process.platform === 'linux') return readFile(`/proc/${pid}/cmdline`, 'utf8').catch(() => '');
  const ps = promisify(execFile)('ps', ['-ww', '-o', 'args=', '-p', String(pid)]);
  return ps.then(
    ({ stdout }) => stdout,
    () => '',
  );
}
