import { randomBytes } from 'node:crypto';
import { Client, Connection } from '@temporalio/client';
import { urlFor } from '../../dev/service-roles';
import { connectSeller, sessionToken } from '../../dev/sign-in';
import { generateSeller } from '../../sandbox/generate-seller';
import { CONSENT_PATH } from '../../sandbox/serve-consent';
import { allOrNothing, type Stops } from '../../settings/all-or-nothing';
import { readWorkerSettings } from '../../settings/worker-settings';
import { type Database, openDatabase } from '../../store/database';
import { migrate } from '../../store/migrate';
import { TokenVault } from '../../store/token-vault';
import { createLaunchers } from './launchers';
import { type Lines, openLines } from './lines';
import { APIS, type ProcessName, WORKERS } from './processes';
import { SupervisedProcess, untilReady, untilUp } from './supervised-process';
import { installWriteLog } from './write-log';

export interface ChaosUser {
  userId: string;
  sellerId: string;
  cookie: string;
}

/** The whole service as processes of their own, on lines that can be cut, and those who use it. */
export interface ChaosStack {
  process(name: ProcessName): SupervisedProcess;
  lines: Lines;
  users: readonly ChaosUser[];
  user(number: number): ChaosUser;
  /** Where the APIs were last seen to listen. */
  apiUrls(): string[];
  /** The local Amazon, for who sets faults and changes sellers; and who compares rows there. */
  amazonUrl: string;
  auditUrl(): string;
  /** PostgreSQL and Temporal for us, on lines that nobody cuts. */
  db: Database;
  temporal: Client;
  /** Waits until every process is up. */
  ready(): Promise<void>;
  /** Waits until every one but the workers is up. */
  serversReady(): Promise<void>;
  /** How often a process ended that nobody had killed, and how often the fence has kept a write out. */
  exits(): number;
  keptOut(): number;
  stop(): Promise<void>;
}

export interface ChaosStackOptions {
  folder: string;
  temporalBinary: string;
  users: number;
  log: (line: string) => void;
  /** Gives up on waiting. */
  signal: AbortSignal;
}

/** A minute of Amazon's in one of our seconds: reports are done in a moment. */
const CLOCK_SPEED = 60;

/**
 * Small, so that many syncs fit into a run. A marketplace's stock fits on one page of 50: the token of the next would
 * live for half of our seconds, and a busy machine take longer to come back with it, again and again.
 */
const SIZE = { orders: 150, skus: 40, claims: 20 };

/** Starts everything and connects the users. What was started is stopped when something fails. */
export function startChaosStack(options: ChaosStackOptions): Promise<ChaosStack> {
  return allOrNothing((stops, stop) => startParts(options, stops, stop));
}

async function startParts(
  { folder, temporalBinary, users: count, log, signal }: ChaosStackOptions,
  stops: Stops,
  stop: () => Promise<void>,
): Promise<ChaosStack> {
  const lines = await openLines();
  stops.push(() => lines.close());
  const ports = new Map<ProcessName, number>();
  let auditPort = 0;
  let keptOut = 0;
  const sessionSecret = randomBytes(32).toString('base64');
  const databaseUrl = (port: number) => `postgres://postgres:password@127.0.0.1:${port}/chaos`;
  const amazonUrl = `http://127.0.0.1:${lines.line('workers to amazon').port}`;
  const consentUrl = `http://127.0.0.1:${lines.own.amazon.port}${CONSENT_PATH}`;
  const shared = { ...environment(sessionSecret, amazonUrl), AMAZON_CONSENT_URL: consentUrl };
  const env = (process: ProcessName) => ({
    ...shared,
    DATABASE_URL: urlFor(
      APIS.some((api) => api === process) ? 'api' : 'worker',
      databaseUrl(lines.line(`${process} to postgres`).port),
    ),
    TEMPORAL_ADDRESS: `127.0.0.1:${lines.line(`${process} to temporal`).port}`,
  });
  const anchor = Date.now();
  const sellers = Array.from({ length: count }, (_, index) => ({
    kind: 'generated' as const,
    seed: index + 1,
    size: SIZE,
    anchor,
  }));

  const ownDatabase = databaseUrl(lines.own.postgres.port);
  const launchers = createLaunchers({
    folder,
    temporalBinary,
    env,
    amazonOptions: { sellers, clockSpeed: CLOCK_SPEED, databaseUrl: ownDatabase },
    onPort(process, port) {
      ports.set(process, port);
      lines.aim(process, port);
    },
    onAuditPort(port) {
      auditPort = port;
    },
    onSuperseded() {
      keptOut += 1;
    },
  });
  const processes = new Map<ProcessName, SupervisedProcess>();
  const launch = async (names: readonly ProcessName[]) => {
    const launched = names.map((name) => new SupervisedProcess(name, launchers[name], log));
    for (const process of launched) processes.set(process.name, process);
    stops.push(() => Promise.all(launched.map((process) => process.stop())));
    await untilUp(launched, signal);
  };
  await launch(['postgres', 'temporal', 'amazon']);
  await migrate(ownDatabase);
  await launch(APIS);

  const db = openDatabase({
    url: ownDatabase,
    maxConnections: 4,
    connectTimeoutMs: 30_000,
    statementTimeoutMs: 60_000,
    applicationName: 'amazon-sync-chaos',
  });
  stops.push(() => db.destroy());
  const connection = Connection.lazy({ address: `127.0.0.1:${lines.own.temporal.port}` });
  stops.push(() => connection.close());
  await installWriteLog(db);
  const vault = new TokenVault(readWorkerSettings(env('worker-1')).encryptionKeys);
  const users: ChaosUser[] = [];
  for (const [index, spec] of sellers.entries()) {
    const userId = `chaos-user-${index}`;
    const seller = generateSeller(spec, anchor);
    await connectSeller(db, vault, userId, seller, amazonUrl, Date.now());
    const cookie = `session_token=${sessionToken(sessionSecret, userId, Date.now())}`;
    users.push({ userId, sellerId: seller.sellerId, cookie });
  }
  await launch(WORKERS);

  return {
    process(name) {
      const process = processes.get(name);
      if (process === undefined) throw new Error(`There is no process "${name}"`);
      return process;
    },
    lines,
    users,
    user(number) {
      const user = users[number];
      if (user === undefined) throw new Error(`There is no user ${number}`);
      return user;
    },
    apiUrls: () => APIS.map((name) => `http://127.0.0.1:${ports.get(name)}`),
    amazonUrl: `http://127.0.0.1:${lines.own.amazon.port}`,
    auditUrl: () => `http://127.0.0.1:${auditPort}`,
    db,
    temporal: new Client({ connection }),
    ready: () => untilReady([...processes.values()], signal),
    serversReady: () =>
      untilReady(
        [...processes.values()].filter(({ name }) => !WORKERS.some((worker) => worker === name)),
        signal,
      ),
    exits: () => [...processes.values()].reduce((sum, { exits }) => sum + exits, 0),
    keptOut: () => keptOut,
    stop,
  };
}

/** What API and workers share. */
function environment(sessionSecret: string, amazonUrl: string): Record<string, string> {
  return {
    PORT: '0',
    PUBLIC_URL: 'https://sync.example',
    FRONTEND_URL: 'https://shop.example',
    SESSION_JWT_SECRET: sessionSecret,
    TOKEN_ENCRYPTION_KEYS: `chaos:${randomBytes(32).toString('base64')}`,
    AMAZON_CLIENT_ID: 'amzn1.application-oa2-client.chaos',
    AMAZON_CLIENT_SECRET: 'chaos-client-secret',
    AMAZON_LWA_URL: `${amazonUrl}/auth/o2/token`,
    AMAZON_APPLICATION_ID: 'amzn1.sp.solution.chaos',
    AMAZON_SP_API_URL: amazonUrl,
    AMAZON_CLOCK_SPEED: String(CLOCK_SPEED),
    WEBHOOKS_ALLOW_LOOPBACK: 'true',
    LOG_LEVEL: 'info',
  };
}
