import { mkdir } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import { Client } from 'pg';
import { startChild, untilReady } from './child-process';
import { preparePostgresData } from './postgres-data';
import { postgresHome, postgresPrograms } from './postgres-programs';
import { createServiceRoles } from './service-roles';

export interface PostgresServer {
  /** Of the database, for the user postgres, who may create others. */
  url: string;
  pid: number;
  /** Settles when the server has ended, wanted or not. */
  ended: Promise<unknown>;
  stop(): Promise<void>;
}

// No secret: the server is for development and tests, listens on 127.0.0.1 only and holds generated data.
const PASSWORD = 'password';

// Losing the last commits, or all, in a crash is fine for the data of one test run, and saves most of its time.
const NOT_DURABLE = ['fsync=off', 'synchronous_commit=off', 'full_page_writes=off'];

/**
 * Starts a PostgreSQL server on 127.0.0.1 with its data in `dataDir`, which is made the first time, and returns
 * when `database` exists and answers. It ends with this process, killed or not. Throws, with the server's last
 * lines, when it does not come up, and when `dataDir` is another version's or in use.
 */
export async function startPostgres({
  dataDir,
  port,
  database,
  durable = true,
  log,
}: {
  dataDir: string;
  port: number;
  database: string;
  /** False: faster, and the data does not survive a crash of the machine. */
  durable?: boolean;
  log: (line: string) => void;
}): Promise<PostgresServer> {
  await mkdir(dirname(resolve(dataDir)), { recursive: true });
  const home = await postgresHome(resolve(dataDir));
  const programs = await postgresPrograms(home);
  await preparePostgresData(home, { programs, password: PASSWORD, durable, log });

  const settings = [
    'listen_addresses=127.0.0.1',
    // The usual folder for its socket may not exist or not be ours.
    'unix_socket_directories=',
    'max_connections=500',
    ...(durable ? [] : NOT_DURABLE),
  ];
  const child = await startChild({
    name: 'PostgreSQL',
    command: programs.postgres,
    args: ['-D', home, '-p', String(port), ...settings.flatMap((setting) => ['-c', setting])],
    cwd: '/',
    user: programs.user,
    // Its "fast" shutdown; SIGTERM waits until every client has left.
    stopSignal: 'SIGINT',
    onLine: log,
  });
  const url = (name: string) => `postgres://postgres:${PASSWORD}@127.0.0.1:${port}/${name}`;
  try {
    await untilReady(child, () => answers(url('postgres'), home), { seconds: 60 });
    // It answers, so this is not asked again: on a busy machine a second would be too short.
    const prepare = async (client: Client) => {
      await createDatabase(client, database);
      await createServiceRoles(client);
    };
    await withClient(url('postgres'), prepare, 15_000);
  } catch (error) {
    await child.stop();
    throw error;
  }
  return { url: url(database), pid: child.pid, ended: child.ended, stop: child.stop };
}

/** Whether it is our server that answers, not another one on the same port. */
const answers = (url: string, home: string): Promise<boolean> =>
  withClient(url, async (client) => {
    const sql = "SELECT WHERE current_setting('data_directory') = $1";
    return (await client.query(sql, [home])).rowCount === 1;
  });

async function createDatabase(client: Client, database: string): Promise<void> {
  const { rowCount } = await client.query('SELECT FROM pg_database WHERE datname = $1', [database]);
  if (rowCount === 0) await client.query(`CREATE DATABASE ${client.escapeIdentifier(database)}`);
}

async function withClient<T>(
  url: string,
  use: (client: Client) => Promise<T>,
  connectMs = 1_000,
): Promise<T> {
  const client = new Client({ connectionString: url, connectionTimeoutMillis: connectMs });
  // A connection that the server cuts also fails the query that waits on it; that error is the one thrown.
  client.on('error', () => undefined);
  await client.connect();
  try {
    return await use(client);
  } finally {
    await client.end();
  }
}
