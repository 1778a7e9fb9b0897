import { execFile } from 'node:child_process';
import { cp, mkdtemp, readdir, readFile, rename, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { Client, Connection } from '@temporalio/client';
import { type Child, startChild } from '../../dev/child-process';
import { createSyncClient, signIn } from '../../dev/sync-client';
import { processTree } from '../chaos/process-tree';
import { eventually } from '../eventually';
import { start } from './bodies';

const ROOT = join(__dirname, '..', '..');
const NOT_COPIED = ['.git', '.data', 'docs', 'node_modules', 'test', 'bench', 'coverage'];

/** A restart takes a second or two; how long it takes a busy machine is not what is tried here. */
const PATIENCE_MS = 240_000;
jest.setTimeout(2 * PATIENCE_MS);

let checkout: string;
let dev: Child;
let lines: string[];
let apiUrl: string;

/** `npm run dev` in a copy of this checkout, which may be changed. */
beforeAll(async () => {
  checkout = await mkdtemp(join(tmpdir(), 'amazon-sync-changed-'));
  for (const name of await readdir(ROOT)) {
    if (NOT_COPIED.includes(name)) continue;
    await cp(join(ROOT, name), join(checkout, name), { recursive: true });
  }
  await symlink(join(ROOT, 'node_modules'), join(checkout, 'node_modules'));
  lines = [];
  dev = await startChild({
    name: 'dev',
    command: process.execPath,
    args: [join(checkout, 'dist', 'dev', 'main.js')],
    cwd: checkout,
    stopSignal: 'SIGINT',
    graceSeconds: 30,
    onLine: (line) => lines.push(line),
  });
  await told(/Ctrl-C ends it/);
  apiUrl = fact(/API +(http:\S+)/);
});
afterAll(async () => {
  await dev.stop();
  await rm(checkout, { recursive: true, force: true });
});

function told(words: RegExp, after = 0): Promise<string> {
  const found = eventually(
    `a line with ${words}`,
    () => lines.slice(after).find((line) => words.test(line)),
    PATIENCE_MS,
  );
  const ended = dev.ended.then(() => Promise.reject(new Error(`It ended:\n${lines.join('\n')}`)));
  return Promise.race([found, ended]);
}

function fact(words: RegExp): string {
  const value = words.exec(lines.join('\n'))?.[1];
  if (value === undefined) throw new Error(`Nothing says ${words}`);
  return value;
}

/** Saves a file as many editors do: another one takes its place. */
async function save(path: string, change: (text: string) => string): Promise<void> {
  const file = join(checkout, path);
  await writeFile(`${file}~`, change(await readFile(file, 'utf8')));
  await rename(`${file}~`, file);
}

/** Asks until the answer has some words; while the API is restarted there is none. */
function answered(path: string, words: string): Promise<string> {
  const ask = async () => {
    const text = await fetch(`${apiUrl}${path}`).then(
      (answer) => answer.text(),
      () => '',
    );
    return text.includes(words) ? text : undefined;
  };
  return eventually(`${words} at ${path}`, ask, PATIENCE_MS);
}

/** PostgreSQL tells its process and when it started; a server that came up again has others. */
const postgresStart = async () => {
  const path = join(checkout, '.data', 'dev', 'postgres', 'postmaster.pid');
  const [pid, , started] = (await readFile(path, 'utf8')).split('\n');
  return { pid, started };
};

/** Of Temporal's server. */
async function temporalPid(): Promise<number> {
  for (const pid of await processTree(dev.pid)) {
    if ((await commandOf(pid)).includes('start-dev')) return pid;
  }
  throw new Error('There is no Temporal server');
}

async function commandOf(pid: number): Promise<string> {
  // Not every Linux image has ps, no macOS has /proc.
  if (process.platform === 'linux') return readFile(`/proc/${pid}/cmdline`, 'utf8').catch(() => '');
  return (await promisify(execFile)('ps', ['-o', 'command=', '-p', String(pid)])).stdout;
}

test('a saved file is seen in the next answer, the servers stay up, and a running sync ends', async () => {
  const servers = { temporal: await temporalPid(), postgres: await postgresStart() };
  const client = createSyncClient(apiUrl, await signIn(apiUrl, 'me', 'ASANDBOXSELLER1'));
  const syncId = await start(client);
  await save('activities/create-activities.ts', (text) => `${text}\nexport const more = 1;\n`);
  await told(/^Restarted the worker in .*: activities\/create-activities\.ts$/);
  await save('api/routes/health.ts', (text) => text.replaceAll("'ok'", "'fine'"));
  expect(await answered('/healthz', 'fine')).toBe('{"status":"fine"}');
  await save('console/style.css', (text) => `${text}\n/* other colours */\n`);
  await answered('/assets/console/style.css', 'other colours');
  await save('console/app.tsx', (text) => `${text}\nexport const other: number = 7;\n`);
  await answered('/assets/console/app.js', 'other = 7');
  expect(await client.untilEnded(syncId, PATIENCE_MS)).toMatchObject({
    status: 'complete',
    partial: false,
    ordersProcessed: 2_000,
  });

  // A new workflow, in a new file: the worker has another bundle.
  await writeFile(join(checkout, 'workflows', 'sum.ts'), adder);
  await save('workflows/index.ts', (text) => `${text}\nexport { sum } from './sum';\n`);
  await told(/^Restarted the worker in .*workflows\/index\.ts/);
  const connection = await Connection.connect({ address: fact(/Temporal +(127\S+)/) });
  const temporal = new Client({ connection });
  const args = [1, 2];
  expect(
    await temporal.workflow.execute('sum', { workflowId: 'sum', taskQueue: 'amazon-sync', args }),
  ).toBe(3);
  await connection.close();
  expect({ temporal: await temporalPid(), postgres: await postgresStart() }).toEqual(servers);
});

const adder = 'export async function sum(a: number, b: number) {\n  return a + b;\n}\n';

test('a file that cannot be compiled is told with its line, and what ran before goes on', async () => {
  const path = 'api/routes/health.ts';
  const good = await readFile(join(checkout, path), 'utf8');
  const told0 = lines.length;
  await save(path, (text) => `${text}const = 1;\n`);
  const line = good.split('\n').length;
  expect(await told(/health\.ts:/, told0)).toMatch(`${path}:${line}: `);
  await answered('/healthz', 'fine');
  await save(path, () => good.replaceAll("'fine'", "'good'"));
  await answered('/healthz', 'good');
});

test('code that cannot be loaded, or does not start, leaves the code before it running', async () => {
  const path = 'api/routes/health.ts';
  const good = await readFile(join(checkout, path), 'utf8');
  let from = lines.length;
  await save(path, () => `import './nowhere';\n${good}`);
  expect(await told(/What ran before goes on/, from)).toContain('nowhere');
  await answered('/healthz', 'good');
  from = lines.length;
  const broken = "throw new Error('no such day');\n";
  await save(path, () => good.replace('openEndpoint(', `${broken}openEndpoint(`));
  expect(await told(/What ran before goes on/, from)).toContain('no such day');
  await answered('/healthz', 'good');
  await save(path, () => good.replaceAll("'good'", "'well'"));
  await answered('/healthz', 'well');
});
