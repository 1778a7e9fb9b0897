import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { bundleWorkflowCode, DefaultLogger } from '@temporalio/worker';
import { freePort } from '../dev/free-port';
import { startPostgres } from '../dev/postgres';
import { timeSkippingServer } from '../dev/time-skipping-server';
import { workflowModules } from '../worker/workflow-bundle';

declare global {
  /** Jest hands nothing else from its global set-up to its teardown. */
  var stopTestServers: (() => Promise<void>) | undefined;
}

export const report = (line: string) => process.stderr.write(`${line}\n`);
export const quiet = () => undefined; // a server that fails to start shows its last lines in the error

/** Starts the Temporal server of a run. `postgresUrl` is that of PostgreSQL once it is up, `folder` gone after the run. */
export type StartTestTemporal = (world: {
  postgresUrl: Promise<string>;
  folder: string;
}) => Promise<{ address: string; stop(): Promise<void> }>;

/**
 * One Temporal server, one PostgreSQL and one workflow bundle for all test files, which find them by the
 * variables set at the end. A server that cannot be had fails the whole run: no test is skipped for it.
 */
export async function startTestServers(startTestTemporal: StartTestTemporal): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), 'amazon-sync-test-'));
  await chmod(folder, 0o755); // for PostgreSQL's user, when we are root
  let stopTemporal: (() => Promise<void>) | undefined;
  let stopPostgres: (() => Promise<void>) | undefined;
  const stopAll = async () => {
    // Temporal first: it may have its data in PostgreSQL.
    await stopTemporal?.();
    await stopPostgres?.();
    await rm(folder, { recursive: true, force: true });
  };
  globalThis.stopTestServers = stopAll;
  // An interrupted Jest ends without its teardown.
  for (const signal of ['SIGINT', 'SIGTERM'] as const)
    process.once(signal, () => void stopAll().finally(() => process.kill(process.pid, signal)));

  const startThePostgres = async () => {
    const server = await startPostgres({
      dataDir: join(folder, 'postgres'),
      port: await freePort(0),
      database: 'amazon_sync',
      durable: false,
      log: quiet,
    });
    stopPostgres = server.stop;
    return server.url;
  };
  const startTheTemporal = async (postgresUrl: Promise<string>) => {
    const server = await startTestTemporal({ postgresUrl, folder });
    stopTemporal = server.stop;
    return server.address;
  };
  const postgres = startThePostgres();
  const started = await Promise.allSettled([
    startTheTemporal(postgres),
    postgres,
    timeSkippingServer({ env: process.env, report }),
    bundleWorkflows(join(folder, 'workflow-bundle.js')),
  ]);
  const failed = started.filter((one) => one.status === 'rejected');
  if (failed.length > 0) {
    await stopAll();
    throw new Error([...new Set(failed.map(({ reason }) => String(reason)))].join('\n\n'));
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
    ...workflowModules(join(__dirname, '..'), '.ts'),
    logger: new DefaultLogger('WARN'),
  });
  await writeFile(path, code);
  return path;
}
