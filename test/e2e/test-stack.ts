import { randomBytes, randomUUID } from 'node:crypto';
import { join } from 'node:path';
import { Client, Connection } from '@temporalio/client';
import { Client as PostgresClient } from 'pg';
import { type ApiProcess, startApiProcess } from '../../api/api-process';
import { type Child, startChild } from '../../dev/child-process';
import { rowDifferences } from '../../dev/row-differences';
import { connectSeller, sessionToken } from '../../dev/sign-in';
import { storedRows } from '../../dev/stored-rows';
import { createSyncClient, type SyncClient } from '../../dev/sync-client';
import { createLogger } from '../../observability/logger';
import { expectedRows } from '../../sandbox/expected-rows';
import { type Sandbox, type SandboxOptions, startSandbox } from '../../sandbox/sandbox';
import type { SandboxSeller } from '../../sandbox/sandbox-seller';
import { readApiSettings, readWorkerSettings } from '../../settings/settings';
import { type Database, openDatabase } from '../../store/database';
import { migrate } from '../../store/migrate';
import { TokenVault } from '../../store/token-vault';
import {
  installRuntime,
  startWorkerProcess,
  type WorkerProcess,
} from '../../worker/worker-process';
import { eventually } from '../eventually';
import { testServer } from '../test-servers';

export interface TestStackOptions {
  sandbox?: Partial<SandboxOptions>;
  /** Addresses that stand before the real servers, for the service to use. */
  temporalAddress?: string;
  databaseUrl?: (url: string) => string;
  /** More environment for API and workers. */
  env?: Record<string, string>;
  /** Epoch ms. */
  now?: () => number;
}

export interface TestUser {
  userId: string;
  client: SyncClient;
  cookie: string;
}

/** API, workers, database and local Amazon of one test file, on the Temporal server of the whole run. */
export interface TestStack {
  apiUrl: string;
  api: ApiProcess;
  db: Database;
  sandbox: Sandbox;
  temporal: Client;
  /** Everything that API and worker logged, as lines of JSON. */
  logs: string[];
  env: Record<string, string>;
  sessionSecret: string;
  vault: TokenVault;
  /** A user of its own for each test; connected to a seller, if one is given. */
  user(seller?: SandboxSeller, userId?: string): Promise<TestUser>;
  startWorker(): Promise<WorkerProcess>;
  /** A worker as production runs it, in a process of its own; ready when this returns. */
  spawnWorker(): Promise<Child>;
  differences(user: TestUser, seller: SandboxSeller): Promise<string[]>;
  stop(): Promise<void>;
}

/** Small sellers and a fast Amazon: a first sync takes a second or two. */
const SIZE = { orders: 200, skus: 30, claims: 20 };
const CLOCK_SPEED = 200;

export async function startTestStack(options: TestStackOptions = {}): Promise<TestStack> {
  const { now = Date.now } = options;
  const name = `e2e_${randomUUID().replaceAll('-', '')}`;
  const adminUrl = testServer('TEST_DATABASE_URL');
  await withPostgres(adminUrl, (admin) => admin.query(`create database ${name}`));
  const ownUrl = withDatabase(adminUrl, name);
  await migrate(ownUrl);
  const sandbox = await startSandbox({
    clockSpeed: CLOCK_SPEED,
    now,
    sellers: [1, 2, 3].map((seed) => ({ kind: 'generated', seed, size: SIZE })),
    ...options.sandbox,
  });
  const sessionSecret = randomBytes(32).toString('base64');
  const env: Record<string, string> = {
    PORT: '0',
    PUBLIC_URL: 'http://localhost:3000',
    FRONTEND_URL: 'https://shop.example',
    SESSION_JWT_SECRET: sessionSecret,
    DATABASE_URL: options.databaseUrl?.(ownUrl) ?? ownUrl,
    TEMPORAL_ADDRESS: options.temporalAddress ?? testServer('TEST_TEMPORAL_ADDRESS'),
    TEMPORAL_TASK_QUEUE: name,
    TOKEN_ENCRYPTION_KEYS: `test:${randomBytes(32).toString('base64')}`,
    AMAZON_CLIENT_ID: 'amzn1.application-oa2-client.test',
    AMAZON_CLIENT_SECRET: 'test-client-secret',
    AMAZON_LWA_URL: sandbox.lwaUrl,
    AMAZON_CLOCK_SPEED: String(options.sandbox?.clockSpeed ?? CLOCK_SPEED),
    LOG_LEVEL: 'trace',
    ...options.env,
  };
  const logs: string[] = [];
  const log = createLogger('test', 'trace', { write: (line) => void logs.push(line) });
  installRuntime(log);
  const workerSettings = readWorkerSettings(env);
  const vault = new TokenVault(workerSettings.encryptionKeys);
  const api = await startApiProcess(readApiSettings(env), { log, now, checkReplies: true });
  const apiUrl = `http://127.0.0.1:${api.port}`;
  const db = openDatabase({
    url: ownUrl,
    maxConnections: 4,
    connectTimeoutMs: 5_000,
    statementTimeoutMs: 60_000,
    applicationName: 'test',
  });
  const connection = await Connection.connect({ address: testServer('TEST_TEMPORAL_ADDRESS') });
  const temporal = new Client({ connection });
  const workers: WorkerProcess[] = [];
  const children: Child[] = [];
  return {
    apiUrl,
    api,
    db,
    sandbox,
    temporal,
    logs,
    env,
    sessionSecret,
    vault,
    async user(seller, userId = `user-${randomUUID()}`) {
      if (seller !== undefined) {
        await connectSeller(db, vault, userId, seller, sandbox.spApiUrl, now());
      }
      const cookie = `session_token=${sessionToken(sessionSecret, userId, now())}`;
      return { userId, cookie, client: createSyncClient(apiUrl, cookie) };
    },
    async startWorker() {
      const bundle = { codePath: testServer('TEST_WORKFLOW_BUNDLE') };
      const worker = await startWorkerProcess(workerSettings, { bundle }, log, now);
      workers.push(worker);
      return worker;
    },
    async spawnWorker() {
      let ready = false;
      const child = await startChild({
        name: 'worker',
        command: process.execPath,
        args: [join(__dirname, '..', '..', 'dist', 'worker', 'main.js')],
        env: { PATH: process.env.PATH, ...env },
        onLine: (line) => {
          logs.push(line);
          ready ||= line.includes('worker is ready');
        },
      });
      children.push(child);
      await eventually('worker process', () => ready || undefined);
      return child;
    },
    async differences(user, seller) {
      return rowDifferences(expectedRows(seller), await storedRows(db, user.userId));
    },
    async stop() {
      for (const worker of workers) worker.stop();
      await Promise.all([
        api.stop(),
        ...workers.map((worker) => worker.done),
        ...children.map((child) => child.stop()),
      ]);
      await connection.close();
      await db.destroy();
      await sandbox.close();
      await withPostgres(adminUrl, (admin) => admin.query(`drop database ${name} with (force)`));
    },
  };
}

/** The first seller of a sandbox; there is always one. */
export function firstSeller({ sandbox }: Pick<TestStack, 'sandbox'>): SandboxSeller {
  const [seller] = sandbox.sellers;
  if (seller === undefined) throw new Error('The sandbox has no seller');
  return seller;
}

function withDatabase(url: string, name: string): string {
  const changed = new URL(url);
  changed.pathname = `/${name}`;
  return changed.href;
}

async function withPostgres(
  url: string,
  use: (client: PostgresClient) => Promise<unknown>,
): Promise<void> {
  const client = new PostgresClient({ connectionString: url });
  await client.connect();
  try {
    await use(client);
  } finally {
    await client.end();
  }
}
