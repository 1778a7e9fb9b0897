import { type LiveResource, statusBodyOf } from '../../../contract/status-body';
import { SyncStatusBody } from '../../../contract/sync-status';
import { STARTED_AT, SYNC_ID, stateWith } from './sync-states';

const NOW = Date.parse('2026-03-01T12:01:00.000Z');
const error = { type: 'access_denied', message: 'Amazon denies access', requestId: 'R-1' };
const ENDED = { completedAt: '2026-03-01T12:00:40.000Z' } as const;

const running = (records: number): LiveResource => ({ records, waiting: null });
const waiting = (reason: 'quota' | 'report' | 'retry', inMs: number, records = 0) => ({
  records,
  waiting: {
    reason,
    until: NOW + inMs,
    attempt: 3,
    error: reason === 'retry' ? 'Down' : null,
    requestId: reason === 'retry' ? 'R-1' : null,
  },
});

test('a sync that has just begun knows nothing yet and says so with nulls', () => {
  const body = statusBodyOf(stateWith({}), {}, NOW);
  const unknown = {
    state: 'pending',
    done: 0,
    total: null,
    records: null,
    waitingUntil: null,
    reason: null,
    attempt: null,
    error: null,
  };
  expect(body).toEqual({
    syncId: SYNC_ID,
    status: 'in_progress',
    progress: 0,
    message: 'Starting the sync',
    startedAt: STARTED_AT,
    completedAt: null,
    estimatedCompletion: null,
    ordersProcessed: null,
    totalOrders: null,
    inventoryCount: null,
    claimsDetected: null,
    partial: false,
    resources: { orders: unknown, inventory: unknown, claims: unknown },
    error: null,
  });
  expect(SyncStatusBody.parse(body)).toEqual(body);
});

describe('a resource', () => {
  const reports = (requested: number, ready: number, imported: number) => ({
    reports: 2,
    requested,
    ready,
    imported,
  });

  test.each([
    ['requesting', reports(0, 0, 0), 0],
    ['waiting', reports(1, 0, 0), 1],
    ['importing', reports(2, 1, 0), 3],
    ['waiting', reports(2, 1, 1), 4],
    ['importing', reports(2, 2, 1), 5],
  ])('is %s at %j', (state, orders, done) => {
    const body = statusBodyOf(stateWith({ planned: true }, { orders }), {}, NOW);
    expect(body.resources.orders).toMatchObject({ state, done, total: 6 });
  });

  test('that needs no report is importing from the start', () => {
    const inventory = { direct: 2 };
    const body = statusBodyOf(stateWith({ planned: true }, { inventory }), {}, NOW);
    expect(body.resources.inventory).toMatchObject({ state: 'importing', done: 0, total: 2 });
  });

  test('that waits says until when, why and in which attempt', () => {
    const state = stateWith({ planned: true }, { orders: { reports: 1, requested: 1 } });
    const body = statusBodyOf(state, { orders: waiting('quota', 90_000) }, NOW);
    expect(body.resources.orders).toMatchObject({
      state: 'waiting',
      waitingUntil: '2026-03-01T12:02:30.000Z',
      reason: 'quota',
      attempt: 3,
      error: null,
    });
    expect(body.message).toBe('Orders: Amazon limits requests, next try in 90 s');
  });

  test('that is tried again after a fault says what went wrong', () => {
    const state = stateWith({ planned: true }, { claims: { reports: 1 } });
    const body = statusBodyOf(state, { claims: waiting('retry', 4_000) }, NOW);
    expect(body.resources.claims).toMatchObject({
      state: 'waiting',
      reason: 'retry',
      error: { type: 'retrying', message: 'Down', requestId: 'R-1' },
    });
  });

  test('counts rows of running activities on top of those of finished ones', () => {
    const state = stateWith(
      { planned: true },
      { orders: { reports: 2, imported: 1, records: 40 } },
    );
    const body = statusBodyOf(state, { orders: running(7) }, NOW);
    expect(body.resources.orders?.records).toBe(47);
    expect(body).toMatchObject({ ordersProcessed: 47, totalOrders: null });
  });

  test.each(['complete', 'failed'] as const)(
    'that is %s takes no notice of what Temporal still reports',
    (outcome) => {
      const orders = {
        reports: 1,
        records: 40,
        outcome,
        error: outcome === 'failed' ? error : null,
      };
      const state = stateWith({ planned: true, progress: 50 }, { orders });
      const body = statusBodyOf(state, { orders: waiting('retry', 600_000, 7) }, NOW);
      expect(body.resources.orders).toMatchObject({
        state: outcome,
        records: 40,
        waitingUntil: null,
        reason: null,
        attempt: null,
        error: orders.error,
      });
      expect(body.message).toBe('Fetching inventory and claims');
    },
  );

  test('that is complete gives the total of the orders', () => {
    const orders = { reports: 1, records: 40, outcome: 'complete' } as const;
    expect(statusBodyOf(stateWith({ planned: true }, { orders }), {}, NOW).totalOrders).toBe(40);
  });

  test('that ended before its steps were known has 0 rows, not unknown ones', () => {
    const inventory = { outcome: 'complete' } as const;
    const body = statusBodyOf(stateWith({ planned: true }, { inventory }), {}, NOW);
    expect(body.inventoryCount).toBe(0);
  });
});

describe('the estimate', () => {
  test.each([0, 1, 9])('is not given at %d percent', (progress) => {
    const state = stateWith({ planned: true, progress });
    expect(statusBodyOf(state, {}, NOW).estimatedCompletion).toBeNull();
  });

  test.each([
    [10, '2026-03-01T12:10:00.000Z'],
    [50, '2026-03-01T12:02:00.000Z'],
    [75, '2026-03-01T12:01:20.000Z'],
  ])('draws a straight line at %d percent', (progress, at) => {
    const state = stateWith({ planned: true, progress });
    expect(statusBodyOf(state, {}, NOW).estimatedCompletion).toBe(at);
  });

  test('is never before the end of a wait', () => {
    const state = stateWith({ planned: true, progress: 50 }, { orders: { reports: 1 } });
    const body = statusBodyOf(state, { orders: waiting('quota', 3_600_000) }, NOW);
    expect(body.estimatedCompletion).toBe('2026-03-01T13:01:00.000Z');
  });

  test('does not wait for a resource that has ended', () => {
    const orders = { reports: 1, outcome: 'complete' } as const;
    const state = stateWith({ planned: true, progress: 50 }, { orders });
    const body = statusBodyOf(state, { orders: waiting('retry', 600_000) }, NOW);
    expect(body.estimatedCompletion).toBe('2026-03-01T12:02:00.000Z');
  });

  test.each(['complete', 'failed', 'cancelled'] as const)('is gone once %s', (status) => {
    const state = stateWith({ ...ENDED, status, planned: true, progress: 90 });
    expect(statusBodyOf(state, {}, NOW).estimatedCompletion).toBeNull();
  });
});

describe('partial', () => {
  const failed = { outcome: 'failed', error } as const;

  test('is a complete sync in which a resource failed, with that resource’s error', () => {
    const state = stateWith({ ...ENDED, status: 'complete', progress: 100 }, { claims: failed });
    const body = statusBodyOf(state, {}, NOW);
    expect(body).toMatchObject({ partial: true, error: null, resources: { claims: { error } } });
  });

  test('is a complete sync of which a part of a resource is missing', () => {
    const orders = { outcome: 'complete', error } as const;
    const state = stateWith({ ...ENDED, status: 'complete', progress: 100 }, { orders });
    expect(statusBodyOf(state, {}, NOW)).toMatchObject({
      partial: true,
      resources: { orders: { state: 'complete', error } },
    });
  });

  test.each(['in_progress', 'failed', 'cancelled'] as const)('is no word for %s', (status) => {
    expect(statusBodyOf(stateWith({ status }, { claims: failed }), {}, NOW).partial).toBe(false);
  });
});

test('of several resources that wait, the first one gives the message', () => {
  const state = stateWith({ planned: true });
  const live = { claims: waiting('report', 20_000), inventory: waiting('quota', 1_000) };
  expect(statusBodyOf(state, live, NOW).message).toMatch(/^Inventory: /);
});

test('a state of an ended sync can be read whole from its body', () => {
  const state = stateWith({ ...ENDED, status: 'failed', error, progress: 40, planned: true });
  const body = statusBodyOf(state, {}, NOW);
  expect(body).toMatchObject({ ...ENDED, status: 'failed', progress: 40, error });
  expect(SyncStatusBody.parse(body)).toEqual(body);
});
