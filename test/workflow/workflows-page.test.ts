import { execFile } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { mkdtemp, rm, symlink } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { Client, Connection } from '@temporalio/client';
import { NativeConnection } from '@temporalio/worker';
import { z } from 'zod';
import type { Activities } from '../../activities/create-activities';
import { amazonSyncStart } from '../../contract/amazon-sync-start';
import { freePort } from '../../dev/free-port';
import { temporalBinary } from '../../dev/temporal-binary';
import { startTemporal, type TemporalServer } from '../../dev/temporal-server';
import { createWebhookWorker } from '../../worker/create-webhook-worker';
import { createWorker } from '../../worker/create-worker';
import type { WorkerVersion } from '../../worker/deployment-of';
import { runTogether, shutDown } from '../../worker/run-together';
import type { amazonSync } from '../../workflows/amazon-sync';
import { eventually } from '../eventually';
import { testServer } from '../test-servers';
import { allGood, wait } from './fake-world';
// Keeps the workers' log quiet.
import './temporal-servers';

const ROOT = join(__dirname, '..', '..');
const PAGE = readFileSync(join(ROOT, 'docs', 'workflows.md'), 'utf8');

/** The commands of each block of the page. */
const BLOCKS = [...PAGE.matchAll(/```sh\n([\s\S]*?)```/g)].map(([, block = '']) =>
  block.split('\n').flatMap((line) => line.trim() || []),
);

let server: TemporalServer;
let connection: NativeConnection;
let client: Client;
/** A folder with the CLI, as on the PATH of an operator. */
let folder: string;

beforeAll(async () => {
  const binary = await temporalBinary({ env: process.env, report: () => undefined });
  // Its own, since the page's deployment has one name and a version is current for all.
  server = await startTemporal({
    binary,
    port: await freePort(0),
    namespace: 'default',
    searchAttributes: {},
    log: () => undefined,
  });
  const { address } = server;
  connection = await NativeConnection.connect({ address });
  client = new Client({ connection: await Connection.connect({ address }) });
  folder = await mkdtemp(join(tmpdir(), 'amazon-sync-cli-'));
  await symlink(binary, join(folder, 'temporal'));
});
afterAll(async () => {
  await client?.connection.close();
  await connection?.close();
  await server?.stop();
  await rm(folder, { recursive: true, force: true });
});

/** What the command prints; throws where it fails. */
async function run(command: string): Promise<string> {
  const env = {
    ...process.env,
    PATH: `${folder}:${process.env.PATH}`,
    TEMPORAL_ADDRESS: server.address,
  };
  // What is built is built; to do so again would take it away from the tests beside this one.
  const built = command.replace(
    'npm run replay --',
    `node ${join(ROOT, 'dist/dev/replay-history.js')}`,
  );
  return (await promisify(execFile)('sh', ['-c', built], { env, cwd: folder })).stdout;
}

/** Runs all commands of a block. A version can be made current as soon as the server knows its workers. */
async function runBlock(block: readonly string[] | undefined): Promise<string> {
  let printed = '';
  for (const command of block ?? []) {
    printed += await eventually(command, () => run(command).catch(() => undefined), 60_000);
  }
  return printed;
}

test('the commands of the page do on a real server what it says', async () => {
  const [makeCurrent, goBack, replay, ...others] = BLOCKS;
  expect(others).toEqual([]);
  expect([makeCurrent?.length, goBack?.length, replay?.length]).toEqual([2, 1, 2]);

  const taskQueue = `queue-${randomUUID()}`;
  /** Which workers took which step, as `<step> of <user> by <workers>`. */
  const steps = new Set<string>();
  let isReady = false;

  /** Workers of a version, or of none; ends them. */
  async function startWorkers(name: string, version?: WorkerVersion): Promise<() => Promise<void>> {
    const activities: Activities = {
      ...allGood,
      async prepareSync(input) {
        steps.add(`start of ${input.userKey} by ${name}`);
        return allGood.prepareSync(input);
      },
      async awaitReport(report) {
        if (!isReady) throw wait('report', report.resource, 300);
        return allGood.awaitReport(report);
      },
      async recordSyncOutcome(input) {
        steps.add(`end of ${input.userKey} by ${name}`);
      },
    };
    const deps = { connection, namespace: 'default', taskQueue, activities, version };
    const workflows = { bundle: { codePath: testServer('TEST_WORKFLOW_BUNDLE') } };
    const workers = await Promise.all([
      createWorker({ ...deps, workflows }),
      createWebhookWorker(deps),
    ]);
    const running = runTogether(workers);
    return async () => {
      shutDown(workers);
      await running;
    };
  }
  const start = (userKey: string) =>
    client.workflow.start<typeof amazonSync>('amazonSync', {
      ...amazonSyncStart({
        syncId: `sync_${userKey}`,
        userKey,
        mode: 'auto',
        trigger: 'manual',
        startedAt: new Date().toISOString(),
      }),
      taskQueue,
    });
  const done = (step: string) => eventually(step, () => steps.has(step) || undefined, 60_000);

  const version = { deploymentName: 'amazon-sync', buildId: '4f8a7b3' };
  const stopVersion = await startWorkers('version', version);
  expect(await runBlock(makeCurrent)).toMatch(/amazon-sync[\s\S]*4f8a7b3/);
  const stopOthers = await startWorkers('others');
  const older = await start('user123');
  await done('start of user123 by version');
  await runBlock(goBack);
  const newer = await start('user124');
  await done('start of user124 by others');
  isReady = true;
  expect(await older.result()).toMatchObject({ status: 'complete' });
  expect(await newer.result()).toMatchObject({ status: 'complete' });
  expect([...steps].sort()).toEqual([
    'end of user123 by version',
    'end of user124 by others',
    'start of user123 by version',
    'start of user124 by others',
  ]);
  await Promise.all([stopVersion(), stopOthers()]);
  expect(await runBlock(replay)).toMatch(/history\.json: this code follows all \d+ events/);
}, 240_000);

const CODE = [...PAGE.replaceAll(/```[\s\S]*?```/g, '').matchAll(/`([^`]+)`/g)].map(
  ([, code = '']) => code,
);

test('commands and files that the page names are there', () => {
  const { scripts } = z
    .object({ scripts: z.record(z.string(), z.string()) })
    .parse(JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8')));
  const named = CODE.flatMap((code) => /^npm run (\S+)/.exec(code)?.[1] ?? []);
  expect(named).toContain('record-histories');
  for (const script of named) expect(scripts).toHaveProperty([script]);
  const paths = CODE.flatMap((code) => /^(?:npx jest )?(\w+\/[\w./-]*)$/.exec(code)?.[1] ?? []);
  expect(paths.length).toBeGreaterThan(5);
  for (const path of paths) {
    expect([path, existsSync(join(ROOT, path))]).toEqual([path, true]);
  }
});
