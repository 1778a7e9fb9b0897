import { execFile } from 'node:child_process';
import { chmod, cp, mkdir, mkdtemp, rm, symlink } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { startChild, untilReady } from '../dev/child-process';
import { freePort } from '../dev/free-port';
import { startPostgres } from '../dev/postgres';
import { temporalBinary } from '../dev/temporal-binary';
import { startTemporal } from '../dev/temporal-server';
import { alternate } from './alternate';
import type { Benchmark } from './benchmark';

const run = promisify(execFile);
const ROOT = join(__dirname, '..', '..');

export const COLD_START: Benchmark[] = [
  {
    figures: [
      {
        name: 'coldStart',
        says: '`npm run dev` in a fresh checkout, until it answers 200 / bare start of Temporal, then of PostgreSQL',
        target: { atMost: 4 },
      },
    ],
    run: async ({ rounds, note }) => ({
      coldStart: await alternate(
        's',
        rounds,
        () => inOwnFolder(startEverything),
        () => inOwnFolder((folder) => startServers(folder, note)),
      ),
    }),
  },
];

async function inOwnFolder<Result>(use: (folder: string) => Promise<Result>): Promise<Result> {
  const folder = await mkdtemp(join(tmpdir(), 'amazon-sync-cold-'));
  try {
    return await use(folder);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** As after `npm ci`: the files that are kept, the packages, and nothing that was built. Returns seconds. */
async function startEverything(folder: string): Promise<number> {
  const { stdout } = await run('git', ['ls-files', '-z'], { cwd: ROOT });
  for (const file of stdout.split('\0').filter((name) => name !== '')) {
    await mkdir(dirname(join(folder, file)), { recursive: true });
    await cp(join(ROOT, file), join(folder, file));
  }
  await symlink(join(ROOT, 'node_modules'), join(folder, 'node_modules'));
  const begun = performance.now();
  let url: string | undefined;
  const dev = await startChild({
    name: 'npm run dev',
    command: 'npm',
    args: ['run', 'dev'],
    cwd: folder,
    stopSignal: 'SIGINT',
    onLine(line) {
      url ??= /^\s*API\s+(http\S+)/.exec(line)?.[1];
    },
  });
  try {
    const answers = async () => url !== undefined && (await fetch(`${url}/readyz`)).ok;
    await untilReady(dev, answers, { seconds: 300 });
    return (performance.now() - begun) / 1_000;
  } finally {
    // As Ctrl-C does, to all of its processes: npm's shell passes nothing on.
    process.kill(-dev.pid, 'SIGINT');
    await dev.ended;
  }
}

/** Both servers one after the other, with nothing of ours in them. */
async function startServers(folder: string, report: (line: string) => void): Promise<number> {
  await chmod(folder, 0o755); // for PostgreSQL's user, when we are root
  const quiet = () => undefined;
  const begun = performance.now();
  const temporal = await startTemporal({
    binary: await temporalBinary({ env: process.env, report }),
    databaseFile: join(folder, 'temporal.db'),
    port: await freePort(0),
    uiPort: await freePort(0),
    namespace: 'default',
    searchAttributes: {},
    log: quiet,
  });
  try {
    const postgres = await startPostgres({
      dataDir: join(folder, 'postgres'),
      port: await freePort(0),
      database: 'bare',
      log: quiet,
    });
    const seconds = (performance.now() - begun) / 1_000;
    await postgres.stop();
    return seconds;
  } finally {
    await temporal.stop();
  }
}
