import { lostEndBody, UNEXPLAINED } from '../../../contract/lost-end';
import { statusBodyOf } from '../../../contract/status-body';
import { STARTED_AT, SYNC_ID, stateWith } from './sync-states';

const NOW = Date.parse('2026-03-01T12:01:00.000Z');
const memo = { syncId: SYNC_ID, mode: 'auto', trigger: 'manual', startedAt: STARTED_AT } as const;

test('a sync that was ended from outside waits for nothing and tries nothing again', () => {
  const error = { type: 'access_denied', message: 'Amazon denies access', requestId: 'R-1' };
  const state = stateWith(
    {},
    { orders: { reports: 2, requested: 2 }, claims: { outcome: 'failed', error } },
  );
  const waiting = { until: NOW + 60_000, attempt: 3, error: 'Down', requestId: 'R-2' };
  const live = { orders: { records: 7, waiting: { reason: 'retry' as const, ...waiting } } };
  const shown = statusBodyOf(state, live, NOW);
  expect(shown.resources.orders.error?.type).toBe('retrying');
  const body = lostEndBody(memo, shown, UNEXPLAINED, NOW);
  expect(body).toMatchObject({
    status: 'failed',
    estimatedCompletion: null,
    error: UNEXPLAINED,
    resources: {
      orders: { done: 2, records: 7, waitingUntil: null, reason: null, attempt: null, error: null },
      claims: { state: 'failed', error },
    },
  });
});
