import { MockActivityEnvironment } from '@temporalio/testing';
import { createRecordSyncOutcome } from '../../../activities/record-sync-outcome';
import { createLogger } from '../../../observability/logger';
import { createPrometheusMetrics } from '../../../observability/prometheus-metrics';
import { STARTED_AT, SYNC_ID, stateWith } from '../contract/sync-states';
import { type TestDatabase, testDatabase } from '../store/test-database';

let database: TestDatabase;
beforeAll(async () => {
  database = await testDatabase();
});
afterAll(() => database?.drop());

test('an outcome that is recorded by one attempt and again by the next is counted once', async () => {
  const metrics = createPrometheusMetrics();
  const { recordSyncOutcome } = createRecordSyncOutcome({
    db: database.scoped.worker,
    log: createLogger('test', 'silent'),
    observer: metrics.observer,
    deliveries: { start: () => undefined, settled: async () => undefined },
    now: Date.now,
    clockSpeed: 1,
  });
  const state = stateWith(
    { status: 'complete', completedAt: '2026-03-01T12:01:30.000Z', planned: true },
    {
      orders: { outcome: 'complete', reports: 1, records: 200 },
      inventory: { outcome: 'complete', direct: 1, records: 30 },
      claims: { outcome: 'complete', reports: 1, records: 0 },
    },
  );
  const sync = { syncId: SYNC_ID, userKey: 'user123', startedAt: STARTED_AT };
  for (const attempt of [1, 2]) {
    const env = new MockActivityEnvironment({ attempt });
    await env.run(() => recordSyncOutcome({ ...sync, mode: 'auto', trigger: 'manual', state }));
  }
  const lines = (await metrics.text()).split('\n');
  expect(lines).toEqual(
    expect.arrayContaining([
      'amazon_sync_sync_duration_seconds_count{outcome="complete"} 1',
      'amazon_sync_sync_duration_seconds_sum{outcome="complete"} 90',
      'amazon_sync_records_total{resource="orders"} 200',
      'amazon_sync_records_total{resource="inventory"} 30',
      'amazon_sync_records_total{resource="claims"} 0',
    ]),
  );
});
