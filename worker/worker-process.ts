import { Client } from '@temporalio/client';
import {
  type LogMetadata,
  makeTelemetryFilterString,
  NativeConnection,
  Runtime,
  type WorkflowBundleOption,
} from '@temporalio/worker';
import { createActivities } from '../activities/create-activities';
import { called } from '../activities/temporal-access';
import { createAmazon } from '../amazon/amazon';
import { USAGE_PLANS } from '../amazon/usage-plans';
import { USER_AGENT } from '../amazon/user-agent';
import { passContext } from '../observability/call-context';
import type { Logger } from '../observability/logger';
import { startMetricsEndpoint } from '../observability/metrics-endpoint';
import { warnUnlessHeld } from '../observability/row-security-warning';
import {
  tellOfCall,
  tellOfDownload,
  tellOfExchange,
  withQuotaEvents,
} from '../observability/told-of-amazon';
import { startTracing } from '../observability/tracer';
import { allOrNothing, type Stops } from '../settings/all-or-nothing';
import { temporalOptions } from '../settings/temporal-options';
import type { WorkerSettings } from '../settings/worker-settings';
import { prepareSchema } from '../store/migrate';
import { openScopedDatabase } from '../store/scoped-database';
import { TokenVault } from '../store/token-vault';
import { isPublicAddress } from '../webhooks/public-address';
import { resolveHost } from '../webhooks/resolve-host';
import { createSendWebhook } from '../webhooks/send-webhook';
import { createDeliveryStarter, startDelivery } from '../webhooks/start-delivery';
import { createWebhookWorker } from './create-webhook-worker';
import { createWorker } from './create-worker';
import { keepMaintenanceScheduled } from './maintenance-schedule';
import { runTogether, shutDown } from './run-together';
import { createSearchAttributes, searchAttributeCalls } from './search-attributes';

export interface WorkerProcess {
  /** Where `/metrics` is; undefined where nothing is measured. */
  metricsPort: number | undefined;
  /** Resolves once the worker was told to stop and has drained; rejects when it broke. */
  done: Promise<void>;
  /** Takes no more tasks and lets the running ones end. */
  stop(): void;
}

export interface WorkerProcessOptions {
  workflows: { bundle: WorkflowBundleOption } | { path: string };
  log: Logger;
  /** Epoch ms. Default: the machine's clock. */
  now?: () => number;
  /** How long a request to Amazon may take. Default: 30 s. */
  requestTimeoutMs?: number;
  /** The address on which `/metrics` is answered. Default: all of them. */
  host?: string;
}

/**
 * Brings a worker up from its settings: schema, connections, activities. What was opened is closed when something fails.
 */
export function startWorkerProcess(
  settings: WorkerSettings,
  options: WorkerProcessOptions,
): Promise<WorkerProcess> {
  return allOrNothing((stops, stop) => startParts(settings, options, stops, stop));
}

async function startParts(
  settings: WorkerSettings,
  options: WorkerProcessOptions,
  stops: Stops,
  stop: () => Promise<void>,
): Promise<WorkerProcess> {
  const { workflows, log, now = Date.now, requestTimeoutMs = REQUEST_TIMEOUT_MS, host } = options;
  warnUnlessHeld(log, await prepareSchema(settings.databaseUrl, 'worker'));
  const db = openScopedDatabase({
    url: settings.databaseUrl,
    maxConnections: 20,
    connectTimeoutMs: 5_000,
    statementTimeoutMs: 60_000,
    applicationName: 'amazon-sync-worker',
  });
  stops.push(() => db.destroy());
  const metrics = await startMetricsEndpoint({
    port: settings.metricsPort,
    host,
    operations: Object.keys(USAGE_PLANS),
  });
  stops.push(metrics.close);
  const tracer = startTracing({
    collector: settings.collector,
    service: 'amazon-sync-worker',
    log,
  });
  stops.push(tracer.close);
  const observer = withQuotaEvents(metrics.observer, tracer);
  const told = { log, observer, tracer };
  metrics.watch({ pool: db.pool });
  const { amazon } = settings;
  const { namespace, taskQueue } = settings.temporal;
  const { version } = settings;
  const { connectionOptions } = temporalOptions(settings.temporal);
  const connection = await NativeConnection.connect(connectionOptions);
  stops.push(() => connection.close());
  const client = new Client({
    connection,
    namespace,
    interceptors: { workflow: [passContext(tracer)] },
  });
  const stopping = new AbortController();
  const { signal } = stopping;
  const searchAttributes = createSearchAttributes({
    calls: searchAttributeCalls(client, signal),
    log,
    now,
    signal,
  });
  const temporal = { client, taskQueue, hasSearchAttributes: searchAttributes.areThere };
  const deliveries = createDeliveryStarter({
    startOne: (delivery) => called(temporal, () => startDelivery(client, taskQueue, delivery)),
    onFailure: (deliveryId, error) => {
      const name = error instanceof Error ? error.name : 'Error';
      log.warn({ deliveryId, error: name }, 'delivery is not started yet');
    },
  });
  const activities = createActivities({
    db,
    log,
    observer,
    now,
    clockSpeed: amazon.clockSpeed,
    retentionDays: settings.retentionDays,
    syncLimits: settings.syncLimits,
    vault: new TokenVault(settings.encryptionKeys),
    temporal,
    deliveries,
    sendWebhook: createSendWebhook({
      allowLoopback: settings.webhooks.allowLoopback,
      userAgent: USER_AGENT,
      resolve: resolveHost,
    }),
    amazon: createAmazon({
      settings: {
        lwaUrl: amazon.lwaUrl,
        clientId: amazon.clientId,
        clientSecret: amazon.clientSecret,
        userAgent: USER_AGENT,
        timeoutMs: requestTimeoutMs,
        isPublicAddress,
      },
      now,
      onCall: (call) => tellOfCall(told, call),
      onExchange: (exchange) => tellOfExchange(told, exchange),
      onDownload: (download) => tellOfDownload(told, download),
    }),
  });
  const workers = await Promise.all([
    createWorker({ connection, namespace, taskQueue, workflows, activities, version, tracer }),
    createWebhookWorker({ connection, namespace, taskQueue, activities, version, tracer }),
  ]);
  const registered = searchAttributes.register();
  const scheduled = keepMaintenanceScheduled({ temporal: client, taskQueue, log, signal });
  const done = runTogether(workers).finally(async () => {
    stopping.abort();
    await Promise.all([scheduled, registered, deliveries.settled()]);
    await stop();
  });
  return { metricsPort: metrics.port, done, stop: () => shutDown(workers) };
}

/** Amazon answers in a second or two; a request that takes half a minute will not be answered. */
const REQUEST_TIMEOUT_MS = 30_000;

/**
 * Sends the SDK's own log lines through ours. Once a process, before anything of Temporal's is used. Its metrics are
 * answered below `/metrics` at `metricsAddress` (host:port), where one is given; throws where that is taken.
 */
export function installRuntime(log: Logger, metricsAddress?: string): void {
  const levels = {
    TRACE: 'trace',
    DEBUG: 'debug',
    INFO: 'info',
    WARN: 'warn',
    ERROR: 'error',
  } as const;
  const write = (level: keyof typeof levels, message: string, meta?: LogMetadata) => {
    // A failed attempt has its line from the activity itself, with the reason and the next try.
    const quieter = meta !== undefined && 'activityType' in meta;
    log[quieter ? 'debug' : levels[level]](printable(meta), message);
  };
  Runtime.install({
    logger: {
      log: write,
      trace: (message, meta) => write('TRACE', message, meta),
      debug: (message, meta) => write('DEBUG', message, meta),
      info: (message, meta) => write('INFO', message, meta),
      warn: (message, meta) => write('WARN', message, meta),
      error: (message, meta) => write('ERROR', message, meta),
    },
    // The native core's own lines too, which would go to the console in a format of their own.
    telemetryOptions: {
      logging: { forward: {}, filter: makeTelemetryFilterString({ core: 'WARN', other: 'ERROR' }) },
      ...(metricsAddress !== undefined && { metrics: sdkMetrics(metricsAddress) }),
    },
    // SIGTERM and SIGINT are handled by the process, which drains in its own order.
    shutdownSignals: [],
  });
}

/** Named as Prometheus has it: seconds, and counters that end in `_total`. */
function sdkMetrics(bindAddress: string) {
  return {
    prometheus: {
      bindAddress,
      countersTotalSuffix: true,
      unitSuffix: true,
      useSecondsForDurations: true,
    },
  };
}

/** The SDK passes objects that hold whole activity inputs; only plain values are worth a line. */
function printable(meta: LogMetadata | undefined): Record<string, unknown> {
  const plain: Record<string, unknown> = {};
  for (const [name, value] of Object.entries(meta ?? {})) {
    if (typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean') {
      plain[name] = value;
    } else if (value instanceof Error) {
      plain[name] = value.message;
    }
  }
  return plain;
}
