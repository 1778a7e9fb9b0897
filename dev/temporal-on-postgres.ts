import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Connection } from '@temporalio/client';
import { msToTs } from '@temporalio/common/lib/time';
import { runToEnd, startChild, untilReady } from './child-process';
import { errorCode } from './error-code';
import { createOwnDatabase } from './own-database';
import { temporalConfig } from './temporal-config';
import type { TemporalServer } from './temporal-server';

/** The databases' names in the server's configuration and in the script that gives them their tables. */
const DATABASES = ['temporal', 'temporal_visibility'];

/** gRPC's. */
const ALREADY_EXISTS = 6;

/**
 * Starts the Temporal server that production has, on PostgreSQL, by the files of `deploy/temporal` at other addresses,
 * and returns when its namespace can be used. It ends with this process, killed or not. Throws, with the last lines of
 * what failed, when it does not come up.
 */
export async function startTemporalOnPostgres(options: {
  /** The folder with `temporal-server` and `temporal-sql-tool`. */
  programs: string;
  /** The folder `deploy/temporal`. */
  files: string;
  /** A folder for its configuration. */
  folder: string;
  /** Of a server that has no databases of Temporal yet, and whose user may create them. */
  databaseUrl: string;
  namespace: string;
  log: (line: string) => void;
}): Promise<TemporalServer> {
  const { programs, files, folder, databaseUrl, namespace, log } = options;
  const { hostname, port, username, password } = new URL(databaseUrl);
  for (const name of DATABASES) await createOwnDatabase(databaseUrl, name);
  await runToEnd({
    name: 'setup-schema.sh',
    command: '/bin/sh',
    args: [join(files, 'setup-schema.sh')],
    env: {
      PATH: `${programs}:${process.env.PATH}`,
      SQL_HOST: hostname,
      SQL_PORT: port,
      SQL_USER: username,
      SQL_PASSWORD: password,
    },
    onLine: log,
  });
  const template = await readFile(join(files, 'server.yaml'), 'utf8');
  const { text, address } = await temporalConfig(template, username);
  await mkdir(folder, { recursive: true });
  await writeFile(join(folder, 'server.yaml'), text);
  const child = await startChild({
    name: 'Temporal server',
    command: join(programs, 'temporal-server'),
    args: ['--root', folder, '--config', '.', '--env', 'server', 'start'],
    env: {
      PATH: process.env.PATH,
      TEMPORAL_DB_ADDRESS: `${hostname}:${port}`,
      TEMPORAL_DB_PASSWORD: password,
      TEMPORAL_DYNAMIC_CONFIG: join(files, 'dynamic-config.yaml'),
    },
    // Its four services end one after the other.
    graceSeconds: 30,
    onLine: log,
  });
  try {
    await untilReady(child, () => hasNamespace(address, namespace), { seconds: 180 });
  } catch (error) {
    await child.stop();
    throw error;
  }
  return { address, uiUrl: null, pid: child.pid, ended: child.ended, stop: child.stop };
}

/** Makes the namespace where it is missing. Each of the server's services learns of it some seconds later. */
async function hasNamespace(address: string, namespace: string): Promise<boolean> {
  const connection = await Connection.connect({
    address,
    connectTimeout: 2_000,
    // Channels share a subchannel for each address, and with it the second that gRPC waits after a refusal.
    channelArgs: { 'grpc.use_local_subchannel_pool': 1 },
  });
  const { workflowService } = connection;
  try {
    return await connection.withDeadline(Date.now() + 5_000, async () => {
      try {
        await workflowService.registerNamespace({
          namespace,
          workflowExecutionRetentionPeriod: msToTs('3 days'),
        });
      } catch (error) {
        if (errorCode(error) !== ALREADY_EXISTS) throw error;
      }
      await workflowService.countWorkflowExecutions({ namespace });
      await workflowService.describeTaskQueue({
        namespace,
        taskQueue: { name: 'none' },
        taskQueueType: 1,
      });
      return true;
    });
  } finally {
    await connection.close();
  }
}
