import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { NO_OBSERVER, type Observer } from './observer';
import {
  createPrometheusMetrics,
  type PrometheusMetrics,
  type Watched,
} from './prometheus-metrics';

/** What a process is measured with. */
export interface MetricsEndpoint {
  observer: Observer;
  /** Where `/metrics` is answered; undefined where it is not. */
  port: number | undefined;
  watch(watched: Watched): void;
  close(): Promise<void>;
}

export interface MetricsOptions {
  /** Undefined: nothing is measured, and nothing listens. 0: any free port. */
  port: number | undefined;
  /** The address to listen on. Default: all of them. */
  host?: string;
  /** Amazon's operations that the process calls. */
  operations?: readonly string[];
}

/** One or two Prometheus servers ask, every few seconds. */
const LIMITS = { headersTimeout: 5_000, requestTimeout: 5_000, keepAliveTimeout: 75_000 };
const MOST_CONNECTIONS = 50;

/**
 * Answers `/metrics` on a port of its own, to whoever reaches it: it must be reached from within only. It never
 * keeps a process alive. Rejects when it cannot listen.
 */
export async function startMetricsEndpoint(options: MetricsOptions): Promise<MetricsEndpoint> {
  if (options.port === undefined) return OFF;
  const metrics = createPrometheusMetrics(options.operations);
  const { port, close } = await listen(metrics, { ...options, port: options.port });
  const { observer, watch } = metrics;
  return { observer, port, watch, close };
}

const OFF: MetricsEndpoint = {
  observer: NO_OBSERVER,
  port: undefined,
  watch: () => undefined,
  close: async () => undefined,
};

async function listen(
  metrics: PrometheusMetrics,
  { port, host }: { port: number; host?: string },
): Promise<{ port: number; close: () => Promise<void> }> {
  const server = createServer(LIMITS, async (request, response) => {
    if (request.url?.split('?')[0] !== '/metrics') {
      response.writeHead(404).end();
      return;
    }
    try {
      const text = await metrics.text();
      response.writeHead(200, { 'Content-Type': metrics.contentType }).end(text);
    } catch {
      response.writeHead(500).end();
    }
  });
  server.maxConnections = MOST_CONNECTIONS;
  server.unref();
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen({ port, host }, resolve);
  });
  return {
    port: (server.address() as AddressInfo).port,
    async close() {
      const closed = new Promise<void>((resolve) => server.close(() => resolve()));
      server.closeAllConnections();
      await closed;
    },
  };
}
