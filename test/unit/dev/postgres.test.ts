import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmod, mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { Client } from 'pg';
import { runToEnd } from '../../../dev/child-process';
import { freePort } from '../../../dev/free-port';
import { startPostgres } from '../../../dev/postgres';
import { eventually } from '../../eventually';
import { COMPILED_DEV } from './compiled-dev';
import { temporaryFolder } from './fake-program';
import { hasEnded } from './has-ended';

// Making a data folder takes a second or more: made once, copied for each test.
let made: { folder: string; lines: string[] };
let folder: string;
let dataDir: string;
let lines: string[];

const openFolder = async () => {
  const path = await temporaryFolder();
  await chmod(path, 0o755); // for PostgreSQL's user, when we are root
  return path;
};

beforeAll(async () => {
  folder = await openFolder();
  dataDir = join(folder, 'data');
  lines = [];
  await mkdir(`${dataDir}.new`);
  await writeFile(join(`${dataDir}.new`, 'PG_VERSION'), '18\n'); // of a first start that was killed
  const server = await start();
  await server.stop();
  made = { folder, lines };
});
afterAll(() => rm(made.folder, { recursive: true }));

beforeEach(async () => {
  folder = await openFolder();
  dataDir = join(folder, 'data');
  lines = [];
  const args = ['-a', join(made.folder, 'data'), dataDir];
  await runToEnd({ name: 'cp', command: 'cp', args });
});
afterEach(() => rm(folder, { recursive: true, force: true }));

const start = async (options: { durable?: boolean } = {}) =>
  startPostgres({
    dataDir,
    port: await freePort(0),
    database: 'amazon_sync',
    durable: false,
    log: (line) => lines.push(line),
    ...options,
  });

async function ask(url: string, sql: string): Promise<unknown> {
  const client = new Client({ connectionString: url });
  await client.connect();
  try {
    return (await client.query({ text: sql, rowMode: 'array' })).rows[0]?.[0];
  } finally {
    await client.end();
  }
}

/** A process that starts the same server with the compiled modules, to be killed. */
async function startInAnotherProcess() {
  const script = `
    const { startPostgres } = require('${COMPILED_DEV}/postgres.js');
    const { freePort } = require('${COMPILED_DEV}/free-port.js');
    (async () => {
      const dataDir = ${JSON.stringify(dataDir)};
      const options = { dataDir, port: await freePort(0), database: 'amazon_sync', durable: false, log() {} };
      const { pid, url } = await startPostgres(options);
      console.log(JSON.stringify({ pid, url }));
    })();`;
  const parent = spawn(process.execPath, ['-e', script], { stdio: ['ignore', 'pipe', 'inherit'] });
  for await (const line of createInterface({ input: parent.stdout })) {
    const { pid, url }: { pid: number; url: string } = JSON.parse(line);
    return { parent, pid, url };
  }
  throw new Error('The other process started no server');
}

test('the first start makes the folder, whatever a killed one left, and nothing beside it', async () => {
  expect(made.lines.join('\n')).toContain('creating configuration files');
  expect(await readdir(made.folder)).toEqual(['data']);
});

test('data outlives a restart', async () => {
  const first = await start({ durable: true });
  await ask(first.url, 'CREATE TABLE kept AS SELECT 42 AS answer');
  expect(await ask(first.url, 'SHOW fsync')).toBe('on');
  await first.stop();
  expect(hasEnded(first.pid)).toBe(true);

  const second = await start();
  expect(await ask(second.url, 'SELECT answer FROM kept')).toBe(42);
  expect(await ask(second.url, 'SHOW fsync')).toBe('off');
  expect(await ask(second.url, 'SHOW max_connections')).toBe('500');
  await second.stop();
  expect(lines.join('\n')).not.toContain('creating configuration files');
});

test('a killed parent takes the server with it, and its data can be used at once', async () => {
  const { parent, pid, url } = await startInAnotherProcess();
  await ask(url, 'CREATE TABLE kept AS SELECT 42 AS answer');
  parent.kill('SIGKILL');
  const again = await start(); // waits for the old server to be gone
  await eventually('its end', async () => (await hasEnded(pid)) || undefined);
  expect(await ask(again.url, 'SELECT answer FROM kept')).toBe(42);
  await again.stop();
});

test('a crash of the machine leaves a process id that may now be anyone: the server starts', async () => {
  const server = await start({ durable: true });
  await ask(server.url, 'CREATE TABLE kept AS SELECT 42 AS answer');
  const pidFile = await readFile(join(dataDir, 'postmaster.pid'), 'utf8');
  process.kill(server.pid, 'SIGKILL');
  await server.ended;
  // Its helpers notice the death by themselves, and hold the data until then.
  const helpers = async () =>
    ask(server.url, 'SELECT 1').then(
      () => true,
      () => false,
    );
  await eventually('its helpers to end', async () => !(await helpers()) || undefined);
  await writeFile(join(dataDir, 'postmaster.pid'), pidFile.replace(/^\d+/, String(process.pid)));

  const again = await start();
  expect(await ask(again.url, 'SELECT answer FROM kept')).toBe(42);
  await again.stop();
});

test('data of another version is refused by name', async () => {
  await writeFile(join(dataDir, 'PG_VERSION'), '9\n');
  await expect(start()).rejects.toThrow(/made by PostgreSQL 9, this is 18\. Remove the folder/);
});

test('a folder of something else is left alone', async () => {
  dataDir = join(folder, 'photos');
  await mkdir(dataDir);
  await writeFile(join(dataDir, 'cat.txt'), 'mine');
  await expect(start()).rejects.toThrow('is not a data folder of PostgreSQL');
  expect(await readdir(dataDir)).toEqual(['cat.txt']);
});

test('a port that is taken is told with the words of the server', async () => {
  const port = await freePort(0);
  const other = createServer().listen(port, '127.0.0.1');
  await once(other, 'listening');
  const start = startPostgres({ dataDir, port, database: 'x', log: () => undefined });
  await expect(start).rejects.toThrow(/ended with exit code 1:[\s\S]*Address already in use/);
  other.close();
});

test('a folder on which a server runs is refused by process', async () => {
  const server = await start();
  const second = start();
  await expect(second).rejects.toThrow(`already runs on ${dataDir} (process ${server.pid})`);
  await server.stop();
});
