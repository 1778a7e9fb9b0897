import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Client, Connection } from '@temporalio/client';
import { passContext } from '../observability/call-context';
import type { Logger } from '../observability/logger';
import { startMetricsEndpoint } from '../observability/metrics-endpoint';
import { NO_OBSERVER, type Observer } from '../observability/observer';
import { warnUnlessHeld } from '../observability/row-security-warning';
import { tellOfExchange } from '../observability/told-of-amazon';
import { NO_TRACER, startTracing, type Tracer } from '../observability/tracer';
import { allOrNothing, type Stops } from '../settings/all-or-nothing';
import type { ApiSettings } from '../settings/api-settings';
import { temporalOptions } from '../settings/temporal-options';
import { prepareSchema } from '../store/migrate';
import { openScopedDatabase } from '../store/scoped-database';
import { TokenVault } from '../store/token-vault';
import { createDeliveryStarter, startDelivery } from '../webhooks/start-delivery';
import type { ApiDeps } from './api-deps';
import { connectDeps } from './connect-deps';
import { readConsole } from './console-files';
import { createApp, type Route } from './create-app';
import { createCurrentSessionKeys } from './current-session-keys';
import { createDailySchedules } from './daily-schedules';
import { createDisconnector } from './disconnector';
import { createDownloads } from './downloads';
import { readDocsPage } from './openapi/docs-page';
import { createPlaceTaker } from './place-taker';
import { createProgressStreams } from './progress-stream';
import { createSessionReader } from './session';
import { sharedReads } from './shared-reads';
import type { StaticFiles } from './static-files';
import { createStatusReader } from './status-reader';
import { createSyncCanceller } from './sync-canceller';
import { createSyncStarter } from './sync-starter';
import { BOUNDED_CONNECTION, createTemporalCalls } from './temporal-calls';
import { createTotals } from './totals';
import { createWebhookRegistry } from './webhook-registry';

export interface ApiProcess {
  port: number;
  /** Where `/metrics` is; undefined where nothing is measured. */
  metricsPort: number | undefined;
  /** How many clients watch a sync at the moment. */
  listeners(): number;
  /** Takes no more requests, finishes the running ones, and closes what was opened. */
  stop(): Promise<void>;
}

export interface ApiProcessOptions {
  log: Logger;
  /** Epoch ms. */
  now?: () => number;
  checkReplies?: boolean;
  /** The address to listen on. Default: all of them. */
  host?: string;
  /** The folder of the compiled console. Without it, this process serves none. */
  consoleFolder?: string;
  /** Whether the console offers a sign-in: where one of `moreRoutes` is one. */
  offersSignIn?: boolean;
  /** Temporal's list of runs, to which the console then links. Whoever reaches that sees everybody's syncs. */
  runsUrl?: string;
  /** Routes that only a development stack has. */
  moreRoutes?: readonly Route[];
}

/** Connections that may wait to be accepted; Node's own 511 resets the rest of a thousand at once. */
const BACKLOG = 4_096;

/** As many as may listen, and some for everybody else. Each is a socket; those beyond are closed at once. */
const MOST_CONNECTIONS = 25_000;

/** Readiness is asked for without a session: however often, the servers behind are asked once in this time. */
const READINESS_MS = 200;

/** Requests are 32 KB at most; who takes longer to send one only holds a connection. Node's own limit is 5 minutes. */
const REQUEST_LIMITS = {
  headersTimeout: 10_000,
  requestTimeout: 20_000,
  connectionsCheckingInterval: 5_000,
  // Longer than load balancers keep an idle one, 60 s by default: they would send on it just when we close it.
  keepAliveTimeout: 75_000,
};

/** A quarter of the database's connections; the memory of a download is a slice of rows, some hundred KB. */
const DOWNLOADS = { atOnce: 100, perUser: 5, reading: 5 };

const NO_FILES: StaticFiles = new Map();

/** Whoever asks for a status does not wait for this. */
const START_DELIVERY_MS = 1_500;

/** How long requests that run may take to finish once the process was told to stop. */
const DRAIN_MS = 10_000;

const SWEEP_MS = 100;

/** What the API works with, not yet connected to anything, and how to let go of it. */
export function composeApi(
  settings: ApiSettings,
  { log, now = Date.now, checkReplies = false }: ApiProcessOptions,
  observer: Observer = NO_OBSERVER,
  tracer: Tracer = NO_TRACER,
): { deps: ApiDeps; close: () => Promise<void> } {
  const { namespace, taskQueue } = settings.temporal;
  const db = openScopedDatabase({
    url: settings.databaseUrl,
    maxConnections: 20,
    connectTimeoutMs: 1_000,
    statementTimeoutMs: 1_500,
    applicationName: 'amazon-sync-api',
  });
  const { connectionOptions } = temporalOptions(settings.temporal);
  const connection = Connection.lazy({ ...connectionOptions, ...BOUNDED_CONNECTION });
  const temporal = new Client({
    connection,
    namespace,
    // Else a query on a run that was terminated happily answers its last state.
    workflow: { queryRejectCondition: 'NOT_OPEN' },
    interceptors: { workflow: [passContext(tracer)] },
  });
  const calls = createTemporalCalls(connection);
  const readiness = sharedReads<'all', void>(
    READINESS_MS,
    (question) => question,
    async () => {
      await Promise.all([
        db.ping(),
        // Without its namespace a server that answers is of no use.
        calls.within(1_500, () => connection.workflowService.describeNamespace({ namespace })),
      ]);
    },
  );
  const schedules = createDailySchedules({ db, now });
  const deliveries = createDeliveryStarter({
    startOne: (delivery) =>
      calls.within(START_DELIVERY_MS, () => startDelivery(temporal, taskQueue, delivery)),
    onFailure: (deliveryId, error) => {
      const name = error instanceof Error ? error.name : 'Error';
      log.warn({ deliveryId, error: name }, 'delivery is not started yet');
    },
  });
  const statuses = createStatusReader({
    temporal,
    calls,
    db,
    schedules,
    deliveries,
    observer,
    now,
  });
  const syncs = createSyncStarter({
    temporal,
    calls,
    db,
    log,
    taskQueue,
    takePlace: createPlaceTaker({ db, limits: settings.syncLimits }),
    now,
  });
  return {
    deps: {
      db,
      now,
      log,
      observer,
      tracer,
      readSession: createSessionReader(
        settings.session,
        createCurrentSessionKeys({ session: settings.session, log, now }),
        now,
      ),
      connect: connectDeps(settings, {
        db,
        log,
        syncs,
        now,
        onExchange: (exchange) => tellOfExchange({ log, observer, tracer }, exchange),
      }),
      syncs,
      statuses,
      schedules,
      disconnector: createDisconnector({ temporal, calls, db, log, deliveries, observer, now }),
      progress: createProgressStreams({ statuses, now, perUser: settings.perUser.streams }),
      downloads: createDownloads(DOWNLOADS),
      totals: createTotals(),
      cancellations: createSyncCanceller({ temporal, calls, statuses, db, log, now }),
      webhooks: createWebhookRegistry({
        db,
        vault: new TokenVault(settings.encryptionKeys),
        allowLoopback: settings.webhooks.allowLoopback,
        now,
      }),
      checkReadiness: () => readiness('all'),
      checkReplies,
      publicUrl: settings.publicUrl,
      endpoints: [],
    },
    async close() {
      await deliveries.settled();
      await calls.settled();
      await connection.close();
      await db.destroy();
    },
  };
}

/**
 * Brings the API up from its settings: schema, connections, HTTP server. What was opened is closed when something fails.
 */
export function startApiProcess(
  settings: ApiSettings,
  options: ApiProcessOptions,
): Promise<ApiProcess> {
  return allOrNothing((stops, stop) => startParts(settings, options, stops, stop));
}

async function startParts(
  settings: ApiSettings,
  options: ApiProcessOptions,
  stops: Stops,
  stop: () => Promise<void>,
): Promise<ApiProcess> {
  const { frontendUrl, allowedOrigins } = settings;
  const { consoleFolder: folder, offersSignIn = false, runsUrl, moreRoutes } = options;
  const pages =
    folder === undefined
      ? NO_FILES
      : await readConsole({ folder, frontendUrl, offersSignIn, runsUrl });
  const files = new Map([...(await readDocsPage()), ...pages]);
  warnUnlessHeld(options.log, await prepareSchema(settings.databaseUrl, 'api'));
  const metrics = await startMetricsEndpoint({ port: settings.metricsPort, host: options.host });
  stops.push(metrics.close);
  const tracer = startTracing({
    collector: settings.collector,
    service: 'amazon-sync-api',
    log: options.log,
  });
  stops.push(tracer.close);
  const { deps, close } = composeApi(settings, options, metrics.observer, tracer);
  stops.push(close);
  const { db, progress } = deps;
  metrics.watch({ pool: db.pool, listeners: progress.listeners });
  const app = createApp(deps, {
    allowedOrigins,
    files,
    moreRoutes,
    requestsPerUser: settings.perUser.requests,
  });
  const handle = app.callback();
  let draining = false;
  const server = createServer(REQUEST_LIMITS, (request, response) => {
    // A client that polls on a kept-alive connection would otherwise hold the process up until it is cut off.
    if (draining) response.setHeader('Connection', 'close');
    handle(request, response);
  });
  server.maxConnections = MOST_CONNECTIONS;
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen({ port: settings.port, host: options.host, backlog: BACKLOG }, resolve);
  });
  return {
    port: (server.address() as AddressInfo).port,
    metricsPort: metrics.port,
    listeners: progress.listeners,
    async stop() {
      draining = true;
      progress.close();
      const closed = new Promise<void>((resolve) => server.close(() => resolve()));
      server.closeIdleConnections();
      // Requests that were under way leave their connections idle, and no other request may come on them.
      const sweep = setInterval(() => server.closeIdleConnections(), SWEEP_MS);
      const force = setTimeout(() => server.closeAllConnections(), DRAIN_MS);
      await closed;
      clearInterval(sweep);
      clearTimeout(force);
      await stop();
    },
  };
}
