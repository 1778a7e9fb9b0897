import { chmod, mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { type ApiProcess, startApiProcess } from '../api/api-process';
import type { Logger } from '../observability/logger';
import { type Sandbox, type SellerSpec, startSandbox } from '../sandbox/sandbox';
import { readApiSettings } from '../settings/api-settings';
import { readWorkerSettings } from '../settings/worker-settings';
import { type Database, openDatabase } from '../store/database';
import { migrate } from '../store/migrate';
import { TokenVault } from '../store/token-vault';
import { startWorkerProcess, type WorkerProcess } from '../worker/worker-process';
import { allOrNothing } from './all-or-nothing';
import { freePort } from './free-port';
import { startPostgres } from './postgres';
import { urlFor } from './service-roles';
import { signInRoute } from './sign-in';
import { stackFacts } from './stack-facts';
import { temporalBinary } from './temporal-binary';
import { startTemporal } from './temporal-server';

export interface StackOptions {
  /** Where Temporal, PostgreSQL and the stack keep what is theirs. */
  dataDir: string;
  sellers: readonly SellerSpec[];
  /** Seconds that pass at the sandbox's Amazon in one of ours. */
  clockSpeed: number;
  workflowBundle: string;
  log: Logger;
  /** The calendar of the service and of the sandbox, epoch ms. Default: the machine's. */
  now?: () => number;
  /** Told to the person at the terminal: a first build, for instance. */
  report: (line: string) => void;
}

/** The whole product on this machine, Amazon included. */
export interface Stack {
  dataDir: string;
  apiUrl: string;
  temporalUiUrl: string;
  temporalAddress: string;
  databaseUrl: string;
  /** Where the API's and the worker's metrics are. */
  metricsUrls: { api: string; worker: string };
  sandbox: Sandbox;
  db: Database;
  stop(): Promise<void>;
}

/** Starts everything and returns when the API answers. What was started is stopped when something fails. */
export async function startStack(options: StackOptions): Promise<Stack> {
  const { dataDir, sellers, clockSpeed, log, report, now = Date.now } = options;
  await mkdir(dataDir, { recursive: true });
  // PostgreSQL does not run as root; its own user must be able to reach its folder below this one.
  await chmod(dataDir, 0o755);
  const facts = await stackFacts(dataDir, now());
  return allOrNothing(async (stops, stop) => {
    const quiet = (line: string) => log.debug({ line }, 'server');
    const uiPort = await freePort(8233);
    const tracked = async <Part extends { stop(): Promise<unknown> }>(part: Promise<Part>) => {
      const started = await part;
      stops.push(() => started.stop());
      return started;
    };
    const starting = {
      temporal: tracked(
        temporalBinary({ env: process.env, report }).then(async (binary) =>
          startTemporal({
            binary,
            databaseFile: join(dataDir, 'temporal.db'),
            port: await freePort(7233),
            uiPort,
            namespace: 'default',
            searchAttributes: {},
            log: quiet,
          }),
        ),
      ),
      postgres: tracked(
        freePort(5433).then((port) =>
          startPostgres({
            dataDir: join(dataDir, 'postgres'),
            port,
            database: 'amazon_sync',
            log: quiet,
          }),
        ),
      ),
      sandbox: tracked(
        startSandbox({
          port: facts.sandboxPort,
          clockSpeed,
          realLifetimes: true,
          now,
          sellers: sellers.map((seller) =>
            seller.kind === 'generated' ? { anchor: facts.anchor, ...seller } : seller,
          ),
        }).then((sandbox) => ({ ...sandbox, stop: sandbox.close })),
      ),
    };
    // All of them, so that none comes up after a failure of another and is left behind.
    await Promise.allSettled(Object.values(starting));
    const temporal = await starting.temporal;
    const postgres = await starting.postgres;
    const sandbox = await starting.sandbox;
    const port = await freePort(3000);
    const apiUrl = `http://127.0.0.1:${port}`;
    const env = {
      PORT: String(port),
      PUBLIC_URL: apiUrl,
      FRONTEND_URL: apiUrl,
      ALLOWED_ORIGINS: `http://localhost:${port}`,
      SESSION_JWT_SECRET: facts.sessionSecret,
      DATABASE_URL: urlFor('worker', postgres.url),
      TEMPORAL_ADDRESS: temporal.address,
      TOKEN_ENCRYPTION_KEYS: facts.encryptionKeys,
      AMAZON_CLIENT_ID: 'amzn1.application-oa2-client.sandbox',
      AMAZON_CLIENT_SECRET: 'sandbox-client-secret',
      AMAZON_LWA_URL: sandbox.lwaUrl,
      AMAZON_APPLICATION_ID: 'amzn1.sp.solution.sandbox',
      AMAZON_SP_API_URL: sandbox.spApiUrl,
      AMAZON_CONSENT_URL: sandbox.consentUrl,
      AMAZON_CLOCK_SPEED: String(clockSpeed),
      WEBHOOKS_ALLOW_LOOPBACK: 'true',
      METRICS_PORT: String(await freePort(9465)),
    };
    await migrate(postgres.url);
    const workerSettings = readWorkerSettings(env);
    const vault = new TokenVault(workerSettings.encryptionKeys);
    const bundle = { codePath: options.workflowBundle };
    const apiEnv = {
      ...env,
      DATABASE_URL: urlFor('api', postgres.url),
      METRICS_PORT: String(await freePort(9464)),
    };
    const [api, worker] = await Promise.all([
      startApiProcess(readApiSettings(apiEnv), {
        log,
        now,
        // Anybody who reaches this stack can sign in as anybody.
        host: LOOPBACK,
        checkReplies: true,
        consoleFolder: join(__dirname, '..', 'browser'),
        offersSignIn: true,
        moreRoutes: [signInRoute({ sessionSecret: facts.sessionSecret, vault, sandbox, now })],
      }),
      startWorkerProcess(workerSettings, { workflows: { bundle }, log, now, host: LOOPBACK }),
    ]);
    stops.push(() => stopProcesses(api, worker));
    const db = openDatabase({
      url: postgres.url,
      maxConnections: 4,
      connectTimeoutMs: 5_000,
      statementTimeoutMs: 60_000,
      applicationName: 'amazon-sync-dev',
    });
    stops.push(() => db.destroy());
    return {
      dataDir,
      apiUrl,
      temporalUiUrl: `http://127.0.0.1:${uiPort}`,
      temporalAddress: temporal.address,
      databaseUrl: postgres.url,
      metricsUrls: { api: metricsUrl(api.metricsPort), worker: metricsUrl(worker.metricsPort) },
      sandbox,
      db,
      stop,
    };
  });
}

const LOOPBACK = '127.0.0.1';

function metricsUrl(port: number | undefined): string {
  return `http://${LOOPBACK}:${port}/metrics`;
}

/** The API first: while it drains, it has statuses to ask the worker for. */
async function stopProcesses(api: ApiProcess, worker: WorkerProcess): Promise<void> {
  await api.stop();
  worker.stop();
  await worker.done;
}
