import fc from 'fast-check';
import { RESOURCES, type Resource } from '../../../contract/resources';
import { startingState } from '../../../contract/starting-state';
import { statusBodyOf } from '../../../contract/status-body';
import { SyncState } from '../../../contract/sync-state';
import { SyncStatusBody } from '../../../contract/sync-status';
import { reduce, type SyncEvent } from '../../../workflows/reduce';

const STARTED_AT = '2026-03-01T12:00:00.000Z';
const ENDED_AT = '2026-03-01T12:00:40.000Z';
const start = startingState({ syncId: 'sync_user123_1772366400000', startedAt: STARTED_AT });
const PLANNED: SyncEvent = {
  type: 'planned',
  parts: {
    orders: { reports: 2, direct: 0 },
    inventory: { reports: 0, direct: 1 },
    claims: { reports: 1, direct: 0 },
  },
};
const error = (message: string) => ({ type: 'access_denied', message, requestId: null });
const complete = (resource: Resource): SyncEvent => ({
  type: 'resource_complete',
  resource,
  error: null,
});
const inPart = (resource: Resource): SyncEvent => ({
  type: 'resource_complete',
  resource,
  error: error(`only a part of ${resource}`),
});
const failed = (resource: Resource): SyncEvent => ({
  type: 'resource_failed',
  resource,
  error: error(`no ${resource}`),
});
const after = (...events: SyncEvent[]) => events.reduce(reduce, start);

test('progress counts the steps: requested, ready and imported for a report, one for the rest', () => {
  const report = (resource: Resource): SyncEvent[] => [
    { type: 'requested', resource },
    { type: 'ready', resource },
    { type: 'imported', resource, records: 5 },
  ];
  const events = [
    PLANNED,
    ...report('orders'),
    { type: 'imported', resource: 'inventory', records: 3 } as const,
    ...report('claims'),
    ...report('orders'),
  ];
  const seen = events.map((_, index) => after(...events.slice(0, index + 1)).progress);
  // 2 × 3 + 1 + 3 = 10 steps; 100 is kept for the recorded end.
  expect(seen).toEqual([0, 10, 20, 30, 40, 50, 60, 70, 80, 90, 99]);
  expect(after(...events).resources.orders).toMatchObject({ imported: 2, records: 10 });
});

test('a resource without steps of its own counts as one, done with the resource', () => {
  const parts = { reports: 0, direct: 0 };
  const planned: SyncEvent = {
    type: 'planned',
    parts: { orders: { reports: 0, direct: 2 }, inventory: parts, claims: parts },
  };
  expect(after(planned, complete('inventory')).progress).toBe(25);
});

test('a resource that failed counts as done, so that progress goes on', () => {
  expect(after(PLANNED, failed('orders')).progress).toBe(60);
});

test('a report that is split in two leaves progress where it was, and ends at all of its steps', () => {
  const half: SyncEvent[] = [
    { type: 'requested', resource: 'claims' },
    { type: 'ready', resource: 'claims' },
    { type: 'imported', resource: 'claims', records: 4 },
  ];
  const requested = after(PLANNED, { type: 'requested', resource: 'claims' });
  const split = reduce(requested, { type: 'split', resource: 'claims' });
  expect(split.progress).toBe(requested.progress);
  const done = [...half, ...half].reduce(reduce, split).resources.claims;
  expect(done).toMatchObject({ reports: 2, requested: 2, ready: 2, imported: 2, records: 8 });
});

test('a resource of which a part is missing is complete, and keeps what is missing', () => {
  const state = after(PLANNED, ...RESOURCES.map(inPart), { type: 'finished', at: ENDED_AT });
  expect(state).toMatchObject({ status: 'complete', progress: 100, error: null });
  expect(state.resources.orders.error).toEqual(error('only a part of orders'));
});

test('a resource that ended takes no more steps', () => {
  const late: SyncEvent = { type: 'imported', resource: 'claims', records: 9 };
  const state = after(PLANNED, failed('claims'), late, complete('claims'));
  expect(state.resources.claims).toMatchObject({ outcome: 'failed', records: 0 });
});

test('a sync whose resources are all in is complete', () => {
  const state = after(PLANNED, ...RESOURCES.map(complete), { type: 'finished', at: ENDED_AT });
  expect(state).toMatchObject({
    status: 'complete',
    progress: 100,
    completedAt: ENDED_AT,
    error: null,
  });
});

test.each<{ without: Resource[] }>([
  { without: ['orders'] },
  { without: ['orders', 'claims'] },
  { without: ['inventory', 'claims'] },
])(
  'a sync that got all but $without is complete and keeps the errors of what failed',
  ({ without }) => {
    const state = after(
      PLANNED,
      ...RESOURCES.map((resource) =>
        without.includes(resource) ? failed(resource) : complete(resource),
      ),
      { type: 'finished', at: ENDED_AT },
    );
    expect(state).toMatchObject({ status: 'complete', progress: 100, error: null });
    for (const resource of without) {
      expect(state.resources[resource]?.error).toEqual(error(`no ${resource}`));
    }
  },
);

test('a sync that could fetch nothing has failed, with the first reason', () => {
  const state = after(PLANNED, ...RESOURCES.map(failed), { type: 'finished', at: ENDED_AT });
  expect(state).toMatchObject({
    status: 'failed',
    completedAt: ENDED_AT,
    error: error('no orders'),
  });
  expect(state.progress).toBeLessThan(100);
});

test('a sync that fails before it knows its steps says why', () => {
  const state = after({ type: 'failed', at: ENDED_AT, error: error('not connected') });
  expect(state).toMatchObject({ status: 'failed', progress: 0, error: error('not connected') });
});

test('a cancelled sync keeps its progress and blames nothing', () => {
  const state = after(PLANNED, complete('orders'), { type: 'cancelled', at: ENDED_AT });
  expect(state).toMatchObject({
    status: 'cancelled',
    progress: 60,
    completedAt: ENDED_AT,
    error: null,
  });
});

const resource = fc.constantFrom(...RESOURCES);
const part = fc.record({ reports: fc.nat({ max: 20 }), direct: fc.nat({ max: 20 }) });
const event: fc.Arbitrary<SyncEvent> = fc.oneof(
  fc.record({
    type: fc.constant('planned' as const),
    parts: fc.record({ orders: part, inventory: part, claims: part }),
  }),
  fc.record({
    type: fc.constantFrom(
      'requested' as const,
      'ready' as const,
      'split' as const,
      'repeated' as const,
    ),
    resource,
  }),
  fc.record({ type: fc.constant('imported' as const), resource, records: fc.nat() }),
  resource.map(complete),
  resource.map(inPart),
  resource.map(failed),
  fc.constantFrom<SyncEvent>(
    { type: 'finished', at: ENDED_AT },
    { type: 'cancelled', at: ENDED_AT },
    { type: 'failed', at: ENDED_AT, error: error('something') },
  ),
);

// The ends are rare among these, so that histories are long before they end.
const events = fc.array(fc.oneof({ weight: 9, arbitrary: event.filter(goesOn) }, event));

function goesOn({ type }: SyncEvent): boolean {
  return type !== 'finished' && type !== 'failed' && type !== 'cancelled';
}

test('whatever happens, progress never falls, stays in 0 to 100 and is 100 exactly when complete', () => {
  fc.assert(
    fc.property(events, (history) => {
      let before = start;
      for (const next of history) {
        const state = reduce(before, next);
        expect(state.progress).toBeGreaterThanOrEqual(before.progress);
        expect(state.progress).toBeLessThanOrEqual(100);
        expect(state.progress === 100).toBe(state.status === 'complete');
        expect(Number.isInteger(state.progress)).toBe(true);
        before = state;
      }
    }),
  );
});

test('whatever happens, an end is final, and only an end has a time', () => {
  fc.assert(
    fc.property(events, (history) => {
      let before = start;
      for (const next of history) {
        const state = reduce(before, next);
        if (before.status !== 'in_progress') expect(state).toBe(before);
        expect(state.completedAt === null).toBe(state.status === 'in_progress');
        before = state;
      }
    }),
  );
});

test('whatever happens, the state is one that its readers accept, and shows as a valid status', () => {
  fc.assert(
    fc.property(events, (history) => {
      const state = after(...history);
      expect(SyncState.parse(state)).toEqual(state);
      const body = statusBodyOf(state, {}, Date.parse(ENDED_AT));
      expect(SyncStatusBody.parse(body)).toEqual(body);
    }),
  );
});

test('a change leaves the state before it as it was', () => {
  fc.assert(
    fc.property(events, event, (history, next) => {
      const before = after(...history);
      const copy = structuredClone(before);
      reduce(before, next);
      expect(before).toEqual(copy);
    }),
  );
});
