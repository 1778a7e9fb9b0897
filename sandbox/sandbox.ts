import { randomUUID } from 'node:crypto';
import { createServer, type Server } from 'node:http';
import Router from '@koa/router';
import Koa from 'koa';
import bodyParser from 'koa-bodyparser';
import { createAuthorizationCodes } from './authorization-codes';
import { type Change, createChanges } from './changes';
import { createClock } from './clock';
import { createExpiringTokens } from './expiring-tokens';
import { createFaults, type Fault } from './faults';
import { Refusal } from './refusal';
import { createReports } from './reports';
import type { SandboxSeller } from './sandbox-seller';
import { type SellerSpec, sellerOf } from './seller-spec';
import { CONSENT_PATH, STORE_PATH, serveConsent } from './serve-consent';
import { serveControl } from './serve-control';
import { serveDocuments } from './serve-documents';
import { serveInventory } from './serve-inventory';
import { type SandboxClient, serveLogin } from './serve-login';
import { serveOrders } from './serve-orders';
import { serveReports } from './serve-reports';
import { serveSellers } from './serve-sellers';
import { invalidInput, notFound, SpApiError } from './sp-api-error';
import type { SandboxWorld } from './sp-api-operation';
import { createTraffic, type SandboxLine, type SandboxStats } from './traffic';
import { createUsagePlans } from './usage-plans';

export { SellerSpec } from './seller-spec';

export interface SandboxOptions {
  /** Default 0: any free one. */
  port?: number;
  /**
   * Seconds that pass at Amazon in one real second, default 1. Quotas, expiries and report generation follow it;
   * the dates in answers do not.
   */
  clockSpeed?: number;
  /** Amazon's seconds that have passed, in place of `clockSpeed`: for virtual time. */
  elapsed?: () => number;
  /** The calendar, epoch milliseconds. Default: the machine's. */
  now?: () => number;
  sellers: SellerSpec[];
  /** The application's credentials. Without them any are good. */
  client?: SandboxClient;
  /** How long a report takes, in Amazon's seconds: drawn from a range, or told for each. Default: 20 to 60. */
  reportSeconds?: { min: number; max: number } | (() => number);
  /**
   * A reimbursements report asked again within so many of Amazon's seconds of one that is done ends CANCELLED,
   * whatever its range. Default: 4 hours. 0 is never.
   */
  regenerationSeconds?: number;
  /**
   * Whether codes of consents, URLs of documents and tokens of pages live on the real clock, at any clock speed: people
   * and machines who use them do. Default: on Amazon's.
   */
  realLifetimes?: boolean;
  log?: (line: SandboxLine) => void;
}

export interface Sandbox {
  url: string;
  /** Stands for `https://api.amazon.com/auth/o2/token`. */
  lwaUrl: string;
  /** Stands for `https://sellingpartnerapi-….amazon.com`, whatever the region. */
  spApiUrl: string;
  /** Stands for `https://sellercentral….amazon.com/apps/authorize/consent`, whatever the marketplace. */
  consentUrl: string;
  /** The app store, from where sellers come with `?login_uri=…`. */
  storeUrl: string;
  sellers: SandboxSeller[];
  stats(): SandboxStats;
  /** Throws a `ZodError` when the fault makes no sense. */
  setFault(fault: Fault): { hits(): number; remove(): void };
  clearFaults(): void;
  /** Throws a `Refusal` when the seller cannot be made, or another one has its id or refresh token. */
  addSeller(spec: SellerSpec): Promise<SandboxSeller>;
  /**
   * Lets things happen to a seller, in this order. Reports that have ended keep what they saw. Answers the ids of
   * the orders, SKUs and claims changed. Throws a `Refusal` when there is no such seller or too little to change;
   * then the changes before that one stay.
   */
  change(sellerId: string, changes: Change[]): string[];
  close(): Promise<void>;
}

/** How often Amazon regenerates a daily report at most, in seconds. */
const FOUR_HOURS = 4 * 3600;

/** The life of a code, in seconds. */
const FIVE_MINUTES = 5 * 60;

/** Starts a local Amazon on the loopback interface. Throws when a seller cannot be made or the port is taken. */
export async function startSandbox(options: SandboxOptions): Promise<Sandbox> {
  const { clockSpeed = 1 } = options;
  const clock = createClock({
    speed: clockSpeed,
    now: options.now ?? Date.now,
    elapsed: options.elapsed,
  });
  const sellers: SandboxSeller[] = [];
  const addSeller: Sandbox['addSeller'] = async (spec) => {
    const seller = await sellerOf(spec, clock.now());
    checkDistinct([...sellers, seller]);
    sellers.push(seller);
    return seller;
  };
  for (const spec of options.sellers) await addSeller(spec);

  const faults = createFaults(clock);
  const world: SandboxWorld = {
    clock,
    tokens: createExpiringTokens(clock),
    lifetime: (seconds: number) => (options.realLifetimes ? seconds * clockSpeed : seconds),
    plans: createUsagePlans(clock),
    traffic: createTraffic(options.log ?? (() => undefined)),
    faults,
    sellers,
  };
  const reports = createReports({
    clock,
    seconds: options.reportSeconds ?? { min: 20, max: 60 },
    regenerationSeconds: options.regenerationSeconds ?? FOUR_HOURS,
  });
  const applyChange = createChanges(clock);
  const change: Sandbox['change'] = (sellerId, changes) => {
    const seller = sellers.find((one) => one.sellerId === sellerId);
    if (!seller) throw new Refusal(`There is no seller ${sellerId}`);
    reports.settle(seller);
    return changes.flatMap((one) => applyChange(seller, one));
  };
  const stats = world.traffic.stats;

  const router = new Router();
  const codes = createAuthorizationCodes(world.tokens, world.lifetime(FIVE_MINUTES));
  serveLogin(router, world, codes, options.client ?? null);
  serveConsent(router, world, { codes, applicationId: options.client?.applicationId });
  serveSellers(router, world);
  serveOrders(router, world);
  serveInventory(router, world);
  serveReports(router, world, reports);
  serveDocuments(router, world, reports);
  serveControl(router, { faults, addSeller, change, stats });

  const app = new Koa();
  // A client that breaks a download off is no fault of the sandbox, and nothing to print.
  app.on('error', (error: NodeJS.ErrnoException) => {
    if (!CLIENT_LEFT.has(error.code)) app.onerror(error);
  });
  app.use(frontDoor);
  app.use(
    bodyParser({
      onerror: () => {
        throw invalidInput('The body cannot be read.');
      },
    }),
  );
  app.use(router.routes());

  const server = createServer(app.callback());
  // Longer than any client keeps a connection, or one might be closed as a request sets out on it.
  server.keepAliveTimeout = 75_000;
  const url = `http://127.0.0.1:${await listen(server, options.port ?? 0)}`;
  return {
    url,
    lwaUrl: `${url}/auth/o2/token`,
    spApiUrl: url,
    consentUrl: `${url}${CONSENT_PATH}`,
    storeUrl: `${url}${STORE_PATH}`,
    sellers,
    stats,
    setFault: faults.set,
    clearFaults: faults.clear,
    addSeller,
    change,
    async close() {
      const closed = new Promise((resolve) => server.close(resolve));
      server.closeAllConnections();
      await closed;
    },
  };
}

/** What Node calls it when a client breaks off an answer, or is killed. */
const CLIENT_LEFT: ReadonlySet<string | undefined> = new Set([
  'ERR_STREAM_PREMATURE_CLOSE',
  'ECONNRESET',
  'EPIPE',
]);

/** Every answer has a request id; what no operation answers is Amazon's 404. */
const frontDoor: Koa.Middleware = async (ctx, next) => {
  ctx.set('x-amzn-RequestId', randomUUID());
  try {
    await next();
    // Where nothing is to be answered, an operation has seen to it.
    if (ctx.respond !== false && ctx.status === 404 && !ctx.body)
      throw notFound('There is no such operation.');
  } catch (error) {
    if (!(error instanceof SpApiError)) throw error;
    ctx.status = error.status;
    ctx.body = error.body;
  }
};

function checkDistinct(sellers: readonly SandboxSeller[]): void {
  const keys = sellers.flatMap(({ sellerId, refreshToken }) => [sellerId, refreshToken]);
  if (new Set(keys).size < keys.length)
    throw new Refusal('Two sellers have the same sellerId or refreshToken');
}

function listen(server: Server, port: number): Promise<number> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, '127.0.0.1', () => {
      const address = server.address();
      resolve(typeof address === 'object' && address ? address.port : port);
    });
  });
}
