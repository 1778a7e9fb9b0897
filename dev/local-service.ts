import { randomBytes, randomUUID } from 'node:crypto';
import { Client, Connection, ScheduleNotFoundError } from '@temporalio/client';
import type { ApiProcess } from '../api/api-process';
import { dailyScheduleId, maintenanceScheduleId } from '../contract/schedule-ids';
import { createLogger, type Logger } from '../observability/logger';
import { expectedRows } from '../sandbox/expected-rows';
import { type Sandbox, type SandboxOptions, startSandbox } from '../sandbox/sandbox';
import type { SandboxSeller } from '../sandbox/sandbox-seller';
import { allOrNothing, type Stops } from '../settings/all-or-nothing';
import { readWorkerSettings } from '../settings/worker-settings';
import { type Database, openDatabase } from '../store/database';
import { migrate } from '../store/migrate';
import { TokenVault } from '../store/token-vault';
import { startWorkerProcess, type WorkerProcess } from '../worker/worker-process';
import { type Child, startChild, untilReady } from './child-process';
import { createOwnDatabase } from './own-database';
import { rowDifferences } from './row-differences';
import { urlFor } from './service-roles';
import { connectSeller, sessionToken, signInRoute } from './sign-in';
import { startLocalApi } from './start-local-api';
import { storedRows } from './stored-rows';
import { createSyncClient, type SyncClient } from './sync-client';

/** What several services of one machine share. */
export interface LocalServers {
  /** host:port */
  temporalAddress: string;
  /** Of a database whose user may create others. */
  databaseUrl: string;
  /** The file with the bundled workflows. */
  workflowBundle: string;
  /** The compiled entry of the worker, for workers in processes of their own. */
  workerProgram: string;
}

export interface LocalServiceOptions {
  servers: LocalServers;
  /** Of the database, of the task queue and in the log: lower-case letters, digits and underscores. */
  name: string;
  sandbox: Partial<SandboxOptions> & Pick<SandboxOptions, 'sellers'>;
  /** What stands before the real servers, for the service to use. */
  temporalAddress?: string;
  databaseUrl?: (url: string) => string;
  /** More environment for API and workers. */
  env?: Record<string, string>;
  /**
   * Where the compiled console is: the API then serves it, with a sign-in, and is its own frontend. Default: it is
   * an API alone, whose frontend is elsewhere.
   */
  consoleFolder?: string;
  /**
   * The calendar of API, sandbox and workers of this process, epoch ms. Default: the machine's, which is what a
   * worker in a process of its own always has.
   */
  now?: () => number;
  /** Gets everything that API and workers log, as lines of JSON. */
  onLine: (line: string) => void;
}

export interface LocalUser {
  userId: string;
  client: SyncClient;
  cookie: string;
}

export interface LocalWorkerOptions {
  /** How far its clock is ahead of the calendar. Default 0. */
  skewMs?: number;
  /** How long a request to Amazon may take. Default: the worker's own. */
  requestTimeoutMs?: number;
}

/** The service with a database, a task queue, a local Amazon and a sign-in of its own. */
export interface LocalService {
  apiUrl: string;
  api: ApiProcess;
  db: Database;
  sandbox: Sandbox;
  temporal: Client;
  /** Of its workers, and of commands beside them. */
  env: Record<string, string>;
  /** The same for its API, which connects to PostgreSQL as another role. */
  apiEnv: Record<string, string>;
  sessionSecret: string;
  vault: TokenVault;
  /**
   * Signs a user in, a new one unless told which; connected to a seller, if one is given. A session lasts
   * twelve hours: whoever moves the calendar signs in again.
   */
  user(seller?: SandboxSeller, userId?: string): Promise<LocalUser>;
  /** A worker in this process. */
  startWorker(options?: LocalWorkerOptions): Promise<WorkerProcess>;
  /** A worker as production runs it, in a process of its own; ready when this returns. */
  spawnWorker(moreEnv?: Record<string, string>): Promise<Child>;
  /** What sets PostgreSQL apart from the seller, row by row. */
  differences(user: LocalUser, seller: SandboxSeller): Promise<string[]>;
  stop(): Promise<void>;
}

export const DEFAULT_CLOCK_SPEED = 200;

/**
 * Starts API, database and local Amazon on given servers; workers come when they are asked for. The caller
 * has installed Temporal's runtime. What was started is stopped when something fails.
 */
export function startLocalService(options: LocalServiceOptions): Promise<LocalService> {
  return allOrNothing((stops, stop) => startParts(options, stops, stop));
}

async function startParts(
  options: LocalServiceOptions,
  stops: Stops,
  stop: () => Promise<void>,
): Promise<LocalService> {
  const { servers, name, onLine, now = Date.now } = options;
  const clockSpeed = options.sandbox.clockSpeed ?? DEFAULT_CLOCK_SPEED;
  const own = await createOwnDatabase(servers.databaseUrl, name);
  stops.push(() => own.drop());
  await migrate(own.url);
  const sandbox = await startSandbox({
    realLifetimes: true,
    ...options.sandbox,
    clockSpeed,
    now,
  });
  stops.push(() => sandbox.close());
  const db = openDatabase({
    url: own.url,
    maxConnections: 4,
    // Only whoever runs this service uses it: a busy machine is no outage to find out about.
    connectTimeoutMs: 30_000,
    statementTimeoutMs: 60_000,
    applicationName: 'amazon-sync-local',
  });
  stops.push(() => db.destroy());
  const connection = await Connection.connect({ address: servers.temporalAddress });
  stops.push(() => connection.close());
  const temporal = new Client({ connection });
  stops.push(() => removeSchedules(temporal, db, name));

  const servedUrl = options.databaseUrl?.(own.url) ?? own.url;
  const sessionSecret = randomBytes(32).toString('base64');
  const env: Record<string, string> = {
    PORT: '0',
    FRONTEND_URL: 'https://shop.example',
    SESSION_JWT_SECRET: sessionSecret,
    DATABASE_URL: urlFor('worker', servedUrl),
    TEMPORAL_ADDRESS: options.temporalAddress ?? servers.temporalAddress,
    TEMPORAL_TASK_QUEUE: name,
    TOKEN_ENCRYPTION_KEYS: `local:${randomBytes(32).toString('base64')}`,
    AMAZON_CLIENT_ID: 'amzn1.application-oa2-client.local',
    AMAZON_CLIENT_SECRET: 'local-client-secret',
    AMAZON_LWA_URL: sandbox.lwaUrl,
    AMAZON_APPLICATION_ID: 'amzn1.sp.solution.local',
    AMAZON_SP_API_URL: sandbox.spApiUrl,
    AMAZON_CONSENT_URL: sandbox.consentUrl,
    AMAZON_CLOCK_SPEED: String(clockSpeed),
    LOG_LEVEL: 'trace',
    ...options.env,
  };
  const log = createLogger(name, 'trace', { destination: { write: onLine } });
  const workerSettings = readWorkerSettings(env);
  const vault = new TokenVault(workerSettings.encryptionKeys);
  const workers = createWorkers({ options, env, log, stops });
  const api = await startLocalApi(
    env,
    { DATABASE_URL: urlFor('api', servedUrl), ...options.env },
    {
      log,
      now,
      checkReplies: true,
      ...(options.consoleFolder !== undefined && {
        consoleFolder: options.consoleFolder,
        offersSignIn: true,
        moreRoutes: [signInRoute({ sessionSecret, vault, sandbox, now })],
      }),
    },
  );
  // While the API drains, it has statuses to ask the workers for; so they end after it.
  stops.push(() => api.stop());
  const apiUrl = `http://127.0.0.1:${api.port}`;
  return {
    apiUrl,
    api,
    db,
    sandbox,
    temporal,
    env,
    apiEnv: { ...env, DATABASE_URL: urlFor('api', servedUrl) },
    sessionSecret,
    vault,
    async user(seller, userId = `user-${randomUUID()}`) {
      if (seller !== undefined) {
        await connectSeller(db, vault, userId, seller, sandbox.spApiUrl, now());
      }
      const cookie = `session_token=${sessionToken(sessionSecret, userId, now())}`;
      return { userId, cookie, client: createSyncClient(apiUrl, cookie) };
    },
    ...workers,
    async differences(user, seller) {
      return rowDifferences(expectedRows(seller), await storedRows(db, user.userId));
    },
    stop,
  };
}

interface WorkersDeps {
  options: LocalServiceOptions;
  env: Record<string, string>;
  log: Logger;
  stops: Stops;
}

/** The two ways to start a worker. All of them end together. */
function createWorkers({ options, env, log, stops }: WorkersDeps) {
  const { servers, onLine, now = Date.now } = options;
  const workers = new Set<WorkerProcess>();
  const children: Child[] = [];
  stops.push(async () => {
    for (const worker of workers) worker.stop();
    await Promise.all([
      ...[...workers].map((worker) => worker.done),
      ...children.map((child) => child.stop()),
    ]);
  });
  return {
    async startWorker({ skewMs = 0, requestTimeoutMs }: LocalWorkerOptions = {}) {
      const worker = await startWorkerProcess(readWorkerSettings(env), {
        workflows: { bundle: { codePath: servers.workflowBundle } },
        log,
        now: () => now() + skewMs,
        host: '127.0.0.1',
        ...(requestTimeoutMs !== undefined && { requestTimeoutMs }),
      });
      workers.add(worker);
      // One that was stopped in the middle of a test must not be told a second time, which throws.
      worker.done.then(
        () => workers.delete(worker),
        () => undefined,
      );
      return worker;
    },
    async spawnWorker(moreEnv = {}) {
      let ready = false;
      const child = await startChild({
        name: 'worker',
        command: process.execPath,
        // It lets its steps end for 20 s, and then cancels them.
        graceSeconds: 60,
        args: [servers.workerProgram],
        env: { PATH: process.env.PATH, ...env, ...moreEnv },
        onLine(line) {
          onLine(line);
          ready ||= line.includes('worker is ready');
        },
      });
      children.push(child);
      await untilReady(child, async () => ready, { seconds: 120 });
      return child;
    },
  };
}

/** Else they would go on starting workflows of a queue that nobody polls, for as long as the server runs. */
async function removeSchedules(temporal: Client, db: Database, taskQueue: string): Promise<void> {
  const users = await db.selectFrom('sync_schedules').select('user_key').execute();
  const daily = users.map((user) => dailyScheduleId(taskQueue, user.user_key));
  for (const id of [maintenanceScheduleId(taskQueue), ...daily]) {
    try {
      await temporal.schedule.getHandle(id).delete();
    } catch (error) {
      if (!(error instanceof ScheduleNotFoundError)) throw error;
    }
  }
}
