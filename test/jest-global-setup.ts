import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { bundleWorkflowCode, DefaultLogger } from '@temporalio/worker';
import { freePort } from '../dev/free-port';
import { startPostgres } from '../dev/postgres';
import { temporalBinary } from '../dev/temporal-binary';
import { startTemporal } from '../dev/temporal-server';
import { timeSkippingServer } from '../dev/time-skipping-server';

declare global {
  /** Jest hands nothing else from its global set-up to its teardown. */
  var stopTestServers: (() => Promise<void>) | undefined;
}

const report = (line: string) => process.stderr.write(`${line}\n`);
const quiet = () => undefined; // a server that fails to start shows its last lines in the error

/**
 * One Temporal server, one PostgreSQL and one workflow bundle for all test files, which find them by the
 * variables set at the end. A server that cannot be had fails the whole run: no test is skipped for it.
 */
async function startTestServers(): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), 'amazon-sync-test-'));
  await chmod(folder, 0o755); // for PostgreSQL's user, when we are root
  const stops: (() => Promise<void>)[] = [];
  const stopAll = async () => {
    await Promise.all(stops.map((stop) => stop()));
    await rm(folder, { recursive: true, force: true });
  };
  globalThis.stopTestServers = stopAll;
  // An interrupted Jest ends without its teardown.
  for (const signal of ['SIGINT', 'SIGTERM'] as const)
    process.once(signal, () => void stopAll().finally(() => process.kill(process.pid, signal)));

  const temporal = async () => {
    const server = await startTemporal({
      binary: await temporalBinary({ env: process.env, report }),
      port: await freePort(0),
      namespace: 'default',
      searchAttributes: {},
      log: quiet,
    });
    stops.push(server.stop);
    return server.address;
  };
  const postgres = async () => {
    const server = await startPostgres({
      dataDir: join(folder, 'postgres'),
      port: await freePort(0),
      database: 'amazon_sync',
      durable: false,
      log: quiet,
    });
    stops.push(server.stop);
    return server.url;
  };
  const started = await Promise.allSettled([
    temporal(),
    postgres(),
    timeSkippingServer({ env: process.env, report }),
    bundleWorkflows(join(folder, 'workflow-bundle.js')),
  ]);
  const failed = started.filter((one) => one.status === 'rejected');
  if (failed.length > 0) {
    await stopAll();
    throw new Error(failed.map(({ reason }) => String(reason)).join('\n\n'));
  }
  const names = [
    'TEST_TEMPORAL_ADDRESS',
    'TEST_DATABASE_URL',
    'TEST_TIME_SKIPPING_SERVER',
    'TEST_WORKFLOW_BUNDLE',
  ] as const;
  names.forEach((name, index) => {
    const one = started[index];
    if (one?.status === 'fulfilled') process.env[name] = one.value;
  });
}

/** Bundling takes two seconds: done once, not in each test file. */
async function bundleWorkflows(path: string): Promise<string> {
  const { code } = await bundleWorkflowCode({
    workflowsPath: join(__dirname, '..', 'workflows', 'index.ts'),
    logger: new DefaultLogger('WARN'),
  });
  await writeFile(path, code);
  return path;
}

export = startTestServers;
