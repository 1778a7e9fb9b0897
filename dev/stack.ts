import { chmod, mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { Logger } from '../observability/logger';
import { type Sandbox, type SellerSpec, startSandbox } from '../sandbox/sandbox';
import { allOrNothing } from '../settings/all-or-nothing';
import { type Database, openDatabase } from '../store/database';
import { freePort } from './free-port';
import { startPostgres } from './postgres';
import { SERVICE_CODE } from './service-code';
import { urlFor } from './service-roles';
import { type Services, startServices } from './services';
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
  /** Where Temporal's web UI is to be, on a port of 127.0.0.1 that is free. */
  temporalUiUrl: string;
  log: Logger;
  /** The calendar of the service and of the sandbox, epoch ms. Default: the machine's. */
  now?: () => number;
  /** Told to the person at the terminal: a first build, for instance. */
  report: (line: string) => void;
}

/** Temporal's, in which the stack's workflows are. */
export const NAMESPACE = 'default';

/** The whole product on this machine, Amazon included. */
export interface Stack {
  dataDir: string;
  apiUrl: string;
  temporalUiUrl: string;
  temporalAddress: string;
  databaseUrl: string;
  services: Services;
  sandbox: Sandbox;
  db: Database;
  stop(): Promise<void>;
}

/** Starts everything and returns when the API answers. What was started is stopped when something fails. */
export async function startStack(options: StackOptions): Promise<Stack> {
  const { dataDir, sellers, clockSpeed, temporalUiUrl, log, report, now = Date.now } = options;
  await mkdir(dataDir, { recursive: true });
  // PostgreSQL does not run as root; its own user must be able to reach its folder below this one.
  await chmod(dataDir, 0o755);
  const facts = await stackFacts(dataDir, now());
  return allOrNothing(async (stops, stop) => {
    const quiet = (line: string) => log.debug({ line }, 'server');
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
            uiPort: Number(new URL(temporalUiUrl).port),
            namespace: NAMESPACE,
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
      TEMPORAL_ADDRESS: temporal.address,
      TEMPORAL_NAMESPACE: NAMESPACE,
      TEMPORAL_UI_URL: temporalUiUrl,
      TOKEN_ENCRYPTION_KEYS: facts.encryptionKeys,
      AMAZON_CLIENT_ID: 'amzn1.application-oa2-client.sandbox',
      AMAZON_CLIENT_SECRET: 'sandbox-client-secret',
      AMAZON_LWA_URL: sandbox.lwaUrl,
      AMAZON_APPLICATION_ID: 'amzn1.sp.solution.sandbox',
      AMAZON_SP_API_URL: sandbox.spApiUrl,
      AMAZON_CONSENT_URL: sandbox.consentUrl,
      AMAZON_CLOCK_SPEED: String(clockSpeed),
      WEBHOOKS_ALLOW_LOOPBACK: 'true',
    };
    await SERVICE_CODE.migrate(postgres.url);
    const world = {
      apiEnv: { ...env, DATABASE_URL: urlFor('api', postgres.url) },
      workerEnv: { ...env, DATABASE_URL: urlFor('worker', postgres.url) },
      ownerUrl: postgres.url,
      sessionSecret: facts.sessionSecret,
      sandbox,
      workflowBundle: options.workflowBundle,
      log,
      now,
    };
    const services = await startServices(world, SERVICE_CODE);
    stops.push(() => services.stop());
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
      temporalUiUrl,
      temporalAddress: temporal.address,
      databaseUrl: postgres.url,
      services,
      sandbox,
      db,
      stop,
    };
  });
}
