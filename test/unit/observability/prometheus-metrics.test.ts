import { createPrometheusMetrics } from '../../../observability/prometheus-metrics';
import { bodyOf, COMPLETE, newSync } from '../store/stored-things';

const metrics = () => {
  const { observer, text } = createPrometheusMetrics();
  return {
    observer,
    text,
    counts: async () =>
      (await text()).split('\n').filter((line) => /_(count|total)\{.*\} [1-9]/.test(line)),
  };
};

test('a method that nobody serves makes no series of its own', async () => {
  const { observer, counts } = metrics();
  for (const method of ['PROPFIND', 'MKCOL', 'BREW']) {
    observer.requestAnswered({ method, route: undefined, status: 404, seconds: 0.01 });
  }
  expect(await counts()).toEqual([
    'amazon_sync_http_request_duration_seconds_count{method="other",route="other",status="4xx"} 3',
  ]);
});

test('what Amazon’s usage plan refuses is told from other refusals, and no answer from all', async () => {
  const { observer, counts } = metrics();
  for (const status of [200, 429, 403, 400, 503, null]) {
    observer.amazonAnswered({ operation: 'getReport', status, seconds: 1 });
  }
  const made = 'amazon_sync_amazon_request_duration_seconds_count';
  expect(await counts()).toEqual([
    `${made}{operation="getReport",status="2xx"} 1`,
    `${made}{operation="getReport",status="429"} 1`,
    `${made}{operation="getReport",status="4xx"} 2`,
    `${made}{operation="getReport",status="5xx"} 1`,
    `${made}{operation="getReport",status="none"} 1`,
  ]);
});

test('exchanges of tokens and downloads are counted by how they went, downloads with their bytes', async () => {
  const { observer, counts, text } = metrics();
  for (const status of [200, 400, 503, null]) {
    observer.tokenExchanged({ operation: 'exchangeRefreshToken', status, seconds: 1 });
    observer.documentDownloaded({ status, seconds: 1, bytes: 500 });
  }
  const classes = ['2xx', '4xx', '5xx', 'none'];
  const exchanged = 'amazon_sync_amazon_token_exchange_duration_seconds_count';
  const downloaded = 'amazon_sync_amazon_download_duration_seconds_count';
  expect(await counts()).toEqual([
    ...classes.map((made) => `${exchanged}{operation="exchangeRefreshToken",status="${made}"} 1`),
    ...classes.map((made) => `${downloaded}{status="${made}"} 1`),
  ]);
  expect(await text()).toContain('amazon_sync_amazon_downloaded_bytes_total 2000');
});

test('a sync that is complete but for a part of it has an outcome of its own', async () => {
  const { observer, counts } = metrics();
  observer.syncEnded(bodyOf(newSync('user1'), { ...COMPLETE, partial: true }));
  expect(await counts()).toEqual(['amazon_sync_sync_duration_seconds_count{outcome="partial"} 1']);
});

test('two processes in one have metrics of their own', async () => {
  const [one, other] = [metrics(), metrics()];
  one.observer.webhookTried('delivered');
  expect(await one.counts()).toEqual(['amazon_sync_webhook_attempts_total{outcome="delivered"} 1']);
  expect(await other.counts()).toEqual([]);
});
