import { z } from 'zod';
import { startApiProcess } from '../../api/api-process';
import { amazonSyncWorkflowId } from '../../contract/amazon-sync-workflow-id';
import { freePort } from '../../dev/free-port';
import { createLogger } from '../../observability/logger';
import { readApiSettings } from '../../settings/api-settings';
import { findSync } from '../../store/syncs';
import type { WorkerProcess } from '../../worker/worker-process';
import { eventually } from '../eventually';
import { parseQuery } from '../promql';
import { type Sample, scraped, sumOf } from '../scraped';
import { alertQueries, dashboardQueries, scrapedJobs } from '../watching-files';
import { startWebhookReceiver, type WebhookReceiver } from '../webhook-receiver';
import { start, statusOf } from './bodies';
import { closedLabels } from './closed-labels';
import { startTestStack, type TestStack, type TestUser } from './test-stack';
import { registerWebhook } from './webhook-calls';

jest.setTimeout(180_000);

const SYNC_MS = 90_000;

let stack: TestStack;
let worker: WorkerProcess;
let receiver: WebhookReceiver;
let user: TestUser;
let syncId: string;

/** What the sync of the only user so far has left in the metrics, and what was there at its beginning. */
let atStart: { api: Sample[]; worker: Sample[] };

let sdkMetricsAddress: string;
const ofApi = () => scraped(`http://127.0.0.1:${stack.api.metricsPort}/metrics`);
const ofWorker = () => scraped(`http://127.0.0.1:${worker.metricsPort}/metrics`);
const ofSdk = () => scraped(`http://${sdkMetricsAddress}/metrics`);

beforeAll(async () => {
  sdkMetricsAddress = `127.0.0.1:${await freePort(0)}`;
  stack = await startTestStack({
    sdkMetricsAddress,
    env: { METRICS_PORT: '0', WEBHOOKS_ALLOW_LOOPBACK: 'true' },
  });
  worker = await stack.startWorker();
  receiver = await startWebhookReceiver();
  user = await stack.user(await stack.newSeller());
  await registerWebhook(user.client, receiver.url);
  atStart = { api: await ofApi(), worker: await ofWorker() };
  syncId = await start(user.client);
  await user.client.untilEnded(syncId, SYNC_MS);
});
afterAll(async () => {
  await stack?.stop();
  await receiver?.close();
});

test('they are on a port of their own, and on no public one', async () => {
  expect((await fetch(`${stack.apiUrl}/metrics`)).status).toBe(404);
  expect(stack.api.metricsPort).not.toBe(stack.api.port);
  expect((await fetch(`http://127.0.0.1:${stack.api.metricsPort}/healthz`)).status).toBe(404);
});

test('a process that is not told a port measures nothing', async () => {
  const { METRICS_PORT: _, ...apiEnv } = stack.apiEnv;
  const other = await startApiProcess(readApiSettings(apiEnv), {
    log: createLogger('other', 'silent'),
  });
  expect(other.metricsPort).toBeUndefined();
  await other.stop();
});

test('a sync is counted with its outcome, its time and its records', async () => {
  const status = await statusOf(user.client, syncId);
  const { ordersProcessed, inventoryCount, claimsDetected } = status;
  const samples = await ofWorker();
  const syncs = 'amazon_sync_sync_duration_seconds_count';
  expect(sumOf(atStart.worker, syncs, { outcome: 'complete' })).toBe(0);
  expect(sumOf(samples, syncs, { outcome: 'complete' })).toBe(1);
  expect(sumOf(samples, syncs, { outcome: 'failed' })).toBe(0);
  const seconds = sumOf(samples, 'amazon_sync_sync_duration_seconds_sum', {
    outcome: 'complete',
  });
  expect(seconds).toBeGreaterThan(0);
  const records = {
    orders: ordersProcessed,
    inventory: inventoryCount,
    claims: claimsDetected,
    returns: status.resources.returns?.records,
  };
  for (const [resource, count] of Object.entries(records)) {
    expect([resource, sumOf(samples, 'amazon_sync_records_total', { resource })]).toEqual([
      resource,
      count,
    ]);
  }
});

test('calls to Amazon, reports and deliveries are counted where they are made', async () => {
  const calls = 'amazon_sync_amazon_request_duration_seconds_count';
  const samples = await eventually('the delivery', async () => {
    const now = await ofWorker();
    const name = 'amazon_sync_webhook_attempts_total';
    return sumOf(now, name, { outcome: 'delivered' }) ? now : undefined;
  });
  for (const operation of ['createReport', 'getReport', 'getInventorySummaries']) {
    const made = sumOf(samples, calls, { operation, status: '2xx' });
    expect([operation, made]).toEqual([operation, expect.any(Number)]);
  }
  const exchanges = 'amazon_sync_amazon_token_exchange_duration_seconds_count';
  const operation = 'exchangeRefreshToken';
  expect(sumOf(samples, exchanges, { operation, status: '2xx' })).toBeGreaterThan(0);
  const downloads = 'amazon_sync_amazon_download_duration_seconds_count';
  expect(sumOf(samples, downloads, { status: '2xx' })).toBeGreaterThan(0);
  expect(sumOf(samples, 'amazon_sync_amazon_downloaded_bytes_total')).toBeGreaterThan(0);
  const reports = 'amazon_sync_report_wait_seconds_count';
  expect(sumOf(samples, reports, { resource: 'orders', outcome: 'done' })).toBeGreaterThan(0);
  for (const resource of ['claims', 'returns'])
    expect(sumOf(samples, reports, { resource, outcome: 'done' })).toBeGreaterThan(0);
});

test('a request is counted by its route’s template, an older path as what it stands for', async () => {
  const count = async (labels: Record<string, string>) =>
    sumOf(await ofApi(), 'amazon_sync_http_request_duration_seconds_count', labels) ?? 0;
  const status = { method: 'GET', route: '/api/sync/status/:syncId' };
  const before = await count(status);
  await user.client.get(`/api/sync/status/${syncId}`);
  await user.client.get(`/api/v1/integrations/sync/status/${syncId}`);
  expect(await count(status)).toBe(before + 2);
  await fetch(`${stack.apiUrl}/api/sync/status/${syncId}`);
  expect(await count({ ...status, status: '4xx' })).toBe(1);
});

test('connections to the database, and who watches a sync, are told as they are', async () => {
  const listeners = async () => sumOf(await ofApi(), 'amazon_sync_sse_listeners');
  expect(await listeners()).toBe(0);
  const other = await hangingSync();
  const leaving = new AbortController();
  const { cookie, syncId: running } = other;
  const url = `${stack.apiUrl}/api/sse/sync-progress/${running}`;
  await eventually('a stream', async () => {
    const { status } = await fetch(url, { headers: { cookie }, signal: leaving.signal });
    return status === 200 ? true : undefined;
  });
  expect(await listeners()).toBe(1);
  leaving.abort();
  await eventually('nobody', async () => ((await listeners()) === 0 ? true : undefined));
  await other.terminate();
  await other.client.untilEnded(running, SYNC_MS);
  for (const samples of [await ofApi(), await ofWorker()]) {
    for (const state of ['total', 'idle', 'waiting']) {
      expect(sumOf(samples, 'amazon_sync_database_pool', { state })).toEqual(expect.any(Number));
    }
  }
});

test('an end that several find at once is counted by one of them', async () => {
  const failed = async () => {
    const samples = [...(await ofApi()), ...(await ofWorker())];
    return sumOf(samples, 'amazon_sync_sync_duration_seconds_count', { outcome: 'failed' }) ?? 0;
  };
  const before = await failed();
  const lost = await hangingSync();
  await lost.terminate();
  // Both ways to ask, and often: each of them may be who records the end.
  await Promise.all(
    Array.from({ length: 10 }, (_, index) =>
      lost.client.get(index % 2 === 0 ? '/api/sync/status' : `/api/sync/status/${lost.syncId}`),
    ),
  );
  await lost.client.untilEnded(lost.syncId, SYNC_MS);
  expect(await failed()).toBe(before + 1);
});

test('a sync that a disconnect ends is counted as cancelled', async () => {
  const cancelled = async () => {
    const samples = [...(await ofApi()), ...(await ofWorker())];
    return sumOf(samples, 'amazon_sync_sync_duration_seconds_count', { outcome: 'cancelled' });
  };
  const before = await cancelled();
  const running = await hangingSync();
  await eventually('the row', () => findSync(stack.db, running.userId, running.syncId));
  await eventually('the disconnect', async () => {
    const { status } = await running.client.post('/api/v1/integrations/amazon/disconnect');
    return status === 200 ? true : undefined;
  });
  expect(await running.client.untilEnded(running.syncId, SYNC_MS)).toMatchObject({
    status: 'cancelled',
  });
  expect(await cancelled()).toBe((before ?? 0) + 1);
  running.letGo();
});

test('no label holds what has no bound', async () => {
  const { client, userId } = await stack.user();
  await client.get(`/api/sync/status?syncId=${syncId}`);
  await client.get(`/api/sync/status/sync_${userId}_1`);
  await client.get(`/${userId}/${userId}`);
  await fetch(`${stack.apiUrl}/${userId}`, { method: 'PROPFIND' });
  const closed = await closedLabels();
  for (const { name, labels } of [...(await ofApi()), ...(await ofWorker())]) {
    for (const [label, value] of Object.entries(labels)) {
      expect([name, label, value, closed[label]?.(value)]).toEqual([name, label, value, true]);
    }
  }
});

test('Temporal’s SDK tells of its own work', async () => {
  const names = new Set((await ofSdk()).map(({ name }) => name));
  for (const name of names) expect(name).toMatch(/^temporal_/);
  expect([...names].filter((name) => name.includes('activity_execution'))).not.toEqual([]);
});

describe('a dashboard and rules that ask only for what is told', () => {
  /** By each metric, the labels that it really has. */
  let told: Map<string, Set<string>>;
  beforeAll(async () => {
    told = new Map([['up', new Set()]]);
    for (const { name, labels } of [
      ...(await ofApi()),
      ...(await ofWorker()),
      ...(await ofSdk()),
    ]) {
      told.set(name, new Set([...(told.get(name) ?? []), ...Object.keys(labels)]));
    }
  });
  /** Prometheus adds them. */
  const ADDED = ['job', 'instance'];

  test.each([...alertQueries(), ...dashboardQueries()])('$where', async ({ query, texts }) => {
    const { selectors, groupedBy } = parseQuery(query);
    const closed = await closedLabels();
    expect(selectors).not.toEqual([]);
    for (const { name, matchers } of selectors) {
      expect([name, told.has(name)]).toEqual([name, true]);
      const labels = [...(told.get(name) ?? []), ...ADDED];
      for (const { label, operator, value } of matchers) {
        expect(labels).toContain(label);
        const isOurs = name.startsWith('amazon_sync_') && !operator.includes('~');
        if (isOurs) expect([label, value, closed[label]?.(value)]).toEqual([label, value, true]);
      }
      for (const label of groupedBy) expect([name, ...labels]).toContain(label);
    }
    const spokenOf = texts.flatMap((text) => [
      ...text.matchAll(/\{\{ ?(?:\$labels\.)?(\w+) ?\}\}/g),
    ]);
    const has = selectors.flatMap(({ name }) => [...(told.get(name) ?? []), ...ADDED]);
    for (const [, label] of spokenOf) expect(has).toContain(label);
  });

  test('rules name jobs that are asked, and each process is asked', () => {
    const { rule_files, scrape_configs } = scrapedJobs();
    expect(rule_files).toEqual(['alerts.yml']);
    const jobs = scrape_configs.map(({ job_name }) => job_name);
    const named = alertQueries()
      .flatMap(({ query }) => parseQuery(query).selectors)
      .flatMap(({ matchers }) => matchers.filter(({ label }) => label === 'job'));
    expect(named).not.toEqual([]);
    for (const { value } of named) expect(jobs).toContain(value);
  });
});

test('a worker in a process of its own tells of both, each at its port', async () => {
  const sdkPort = await freePort(0);
  const child = await stack.spawnWorker({ SDK_METRICS_PORT: String(sdkPort) });
  const ready = stack.logs.find((line) => line.includes('worker is ready')) ?? '{}';
  const { metricsPort: port } = Ready.parse(JSON.parse(ready));
  const own = await scraped(`http://127.0.0.1:${port}/metrics`);
  expect(sumOf(own, 'amazon_sync_process_resident_memory_bytes')).toBeGreaterThan(0);
  // The SDK tells of its slots once it polls, which may be a moment after it is ready.
  await eventually('the slots', async () => {
    const sdk = await scraped(`http://127.0.0.1:${sdkPort}/metrics`);
    return sumOf(sdk, 'temporal_worker_task_slots_available') || undefined;
  });
  await child.stop();
});

const Ready = z.object({ metricsPort: z.number() });

/** A sync of a user of its own that goes on until it is ended: Amazon does not answer. */
async function hangingSync() {
  const other = await stack.user(await stack.newSeller());
  const fault = stack.sandbox.setFault({
    operation: 'createReport',
    times: null,
    effect: { kind: 'hang' },
  });
  const running = await start(other.client);
  return {
    ...other,
    syncId: running,
    letGo: () => fault.remove(),
    async terminate() {
      const id = amazonSyncWorkflowId(other.userId);
      await stack.temporal.workflow.getHandle(id).terminate('for the test');
      fault.remove();
    },
  };
}
