import { chmod } from 'node:fs/promises';
import { join } from 'node:path';
import { freePort } from '../../dev/free-port';
import type { LocalServers } from '../../dev/local-service';
import { startPostgres } from '../../dev/postgres';
import { temporalBinary } from '../../dev/temporal-binary';
import { startTemporal } from '../../dev/temporal-server';

export interface ScenarioServers extends LocalServers {
  /** Where their data is, which PostgreSQL can read. */
  folder: string;
  stop(): Promise<void>;
}

/**
 * One Temporal and one PostgreSQL for all scenarios, with their data below `folder`. When one does not come up
 * the other is stopped and this throws. Unless told, PostgreSQL does not wait for its disk.
 */
export async function startScenarioServers(
  folder: string,
  report: (line: string) => void,
  { durable = false } = {},
): Promise<ScenarioServers> {
  await chmod(folder, 0o755); // for PostgreSQL's user, when we are root
  const quiet = () => undefined; // a server that fails to start shows its last lines in the error
  const temporal = async () =>
    startTemporal({
      binary: await temporalBinary({ env: process.env, report }),
      port: await freePort(0),
      namespace: 'default',
      searchAttributes: {},
      log: quiet,
    });
  const postgres = async () =>
    startPostgres({
      dataDir: join(folder, 'postgres'),
      port: await freePort(0),
      database: 'scenarios',
      durable,
      log: quiet,
    });
  const [first, second] = await Promise.allSettled([temporal(), postgres()]);
  const stop = async () => {
    for (const one of [first, second]) if (one.status === 'fulfilled') await one.value.stop();
  };
  if (first.status === 'rejected' || second.status === 'rejected') {
    await stop();
    const failed = [first, second].flatMap((one) =>
      one.status === 'rejected' ? [one.reason] : [],
    );
    throw new Error(failed.map(String).join('\n\n'));
  }
  const compiled = join(__dirname, '..', '..');
  return {
    folder,
    temporalAddress: first.value.address,
    databaseUrl: second.value.url,
    workflowBundle: join(compiled, 'workflow-bundle.js'),
    workerProgram: join(compiled, 'worker', 'main.js'),
    stop,
  };
}
