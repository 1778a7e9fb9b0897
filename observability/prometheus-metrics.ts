import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client';
import { LATER_RESOURCES, RESOURCES } from '../contract/resources';
import type { SyncStatusBody } from '../contract/sync-status';
import { type Observer, REPORT_ENDS } from './observer';

/** Connections to PostgreSQL: those that are open, those of them that nobody uses, and callers that wait for one. */
export interface PoolState {
  total: number;
  idle: number;
  waiting: number;
}

/** What is asked for at each scrape. */
export interface Watched {
  pool?: () => PoolState;
  /** Clients that watch a sync. */
  listeners?: () => number;
}

export interface PrometheusMetrics {
  observer: Observer;
  watch(watched: Watched): void;
  /** Everything, in Prometheus' text format. */
  text(): Promise<string>;
  contentType: string;
}

const PREFIX = 'amazon_sync_';

const METHODS = new Set(['GET', 'HEAD', 'POST', 'PUT', 'DELETE', 'OPTIONS']);

/**
 * The metrics of one process, in a registry of their own. Each has labels of closed lists only. `operations`: those of
 * Amazon's that the process calls.
 */
export function createPrometheusMetrics(operations: readonly string[] = []): PrometheusMetrics {
  const registry = new Registry();
  const registers = [registry];
  collectDefaultMetrics({ register: registry, prefix: PREFIX });
  const requests = new Histogram({
    name: `${PREFIX}http_request_duration_seconds`,
    help: 'Requests to the API, until their answer began',
    labelNames: ['method', 'route', 'status'],
    buckets: [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30],
    registers,
  });
  const syncs = new Histogram({
    name: `${PREFIX}sync_duration_seconds`,
    help: 'Syncs that have ended, from start to end, each counted once by the process that recorded its end',
    labelNames: ['outcome'],
    buckets: [5, 15, 30, 60, 120, 300, 600, 1_200, 1_800, 3_600, 7_200, 21_600, 86_400],
    registers,
  });
  const records = new Counter({
    name: `${PREFIX}records_total`,
    help: 'Records that ended syncs have fetched',
    labelNames: ['resource'],
    registers,
  });
  const amazon = new Histogram({
    name: `${PREFIX}amazon_request_duration_seconds`,
    help: 'Requests to the Selling Partner API',
    labelNames: ['operation', 'status'],
    buckets: [0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30],
    registers,
  });
  const exchanges = new Histogram({
    name: `${PREFIX}amazon_token_exchange_duration_seconds`,
    help: 'Requests to Login with Amazon',
    labelNames: ['operation', 'status'],
    buckets: [0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30],
    registers,
  });
  const downloads = new Histogram({
    name: `${PREFIX}amazon_download_duration_seconds`,
    help: 'Downloads of documents of Amazon, without what was done with them meanwhile',
    labelNames: ['status'],
    buckets: [0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 300],
    registers,
  });
  const bytes = new Counter({
    name: `${PREFIX}amazon_downloaded_bytes_total`,
    help: 'Bytes of these downloads as they came, so mostly packed',
    registers,
  });
  const quota = new Histogram({
    name: `${PREFIX}quota_wait_seconds`,
    help: 'Turns of requests to Amazon that were not due at once: how far ahead they were',
    labelNames: ['operation'],
    buckets: [1, 5, 15, 60, 180, 600, 1_800],
    registers,
  });
  const reports = new Histogram({
    name: `${PREFIX}report_wait_seconds`,
    help: 'Reports of Amazon, from the first look to the one that saw them ended',
    labelNames: ['resource', 'outcome'],
    buckets: [15, 30, 60, 120, 300, 600, 1_200, 1_800, 3_600, 7_200],
    registers,
  });
  const webhooks = new Counter({
    name: `${PREFIX}webhook_attempts_total`,
    help: 'Attempts to deliver webhooks',
    labelNames: ['outcome'],
    registers,
  });
  // A rate begins with the second value of a series: without a first of zero, the first failure is never seen.
  for (const outcome of ['complete', 'partial', 'failed', 'cancelled']) syncs.zero({ outcome });
  for (const outcome of ['delivered', 'retrying', 'failed']) webhooks.inc({ outcome }, 0);
  for (const resource of RESOURCES) records.inc({ resource }, 0);
  for (const operation of operations) quota.zero({ operation });
  for (const resource of ['orders', 'claims', ...LATER_RESOURCES]) {
    for (const outcome of REPORT_ENDS) reports.zero({ resource, outcome });
  }

  return {
    observer: {
      requestAnswered({ method, route = 'other', status, seconds }) {
        const known = METHODS.has(method) ? method : 'other';
        requests.observe(
          { method: known, route, status: `${Math.floor(status / 100)}xx` },
          seconds,
        );
      },
      syncEnded(body) {
        syncs.observe({ outcome: outcomeOf(body) }, secondsOf(body));
        for (const resource of RESOURCES) {
          records.inc({ resource }, body.resources[resource]?.records ?? 0);
        }
      },
      amazonAnswered({ operation, status, seconds }) {
        amazon.observe({ operation, status: amazonStatus(status) }, seconds);
      },
      tokenExchanged({ operation, status, seconds }) {
        exchanges.observe({ operation, status: amazonStatus(status) }, seconds);
      },
      documentDownloaded(download) {
        downloads.observe({ status: amazonStatus(download.status) }, download.seconds);
        bytes.inc(download.bytes);
      },
      quotaWaited: (operation, seconds) => quota.observe({ operation }, seconds),
      reportEnded: (resource, outcome, seconds) => reports.observe({ resource, outcome }, seconds),
      webhookTried: (outcome) => webhooks.inc({ outcome }),
    },
    watch({ pool, listeners }) {
      if (pool !== undefined) watchPool(registers, pool);
      if (listeners !== undefined) watchListeners(registers, listeners);
    },
    text: () => registry.metrics(),
    contentType: registry.contentType,
  };
}

function watchPool(registers: Registry[], pool: () => PoolState): void {
  new Gauge({
    name: `${PREFIX}database_pool`,
    help: 'Connections to PostgreSQL: total, the idle of them, and callers waiting for one',
    labelNames: ['state'],
    registers,
    collect() {
      const { total, idle, waiting } = pool();
      this.set({ state: 'total' }, total);
      this.set({ state: 'idle' }, idle);
      this.set({ state: 'waiting' }, waiting);
    },
  });
}

function watchListeners(registers: Registry[], listeners: () => number): void {
  new Gauge({
    name: `${PREFIX}sse_listeners`,
    help: 'Clients that watch a sync by server-sent events',
    registers,
    collect() {
      this.set(listeners());
    },
  });
}

/** A sync that is complete but for a part of it is told apart: nobody else notices those. */
function outcomeOf({ status, partial }: SyncStatusBody): string {
  return status === 'complete' && partial ? 'partial' : status;
}

/** Clocks of two machines may have begun and ended it. */
function secondsOf({ startedAt, completedAt }: SyncStatusBody): number {
  const endedAt = Date.parse(completedAt ?? startedAt);
  return Math.max(0, (endedAt - Date.parse(startedAt)) / 1000);
}

/** By class, but for 429: "too many requests" is the usage plan's word, and no fault of a request. */
function amazonStatus(status: number | null): string {
  if (status === null) return 'none';
  return status === 429 ? '429' : `${Math.floor(status / 100)}xx`;
}
