import { liveOf } from '../../../api/pending-activities';
import { at, heartbeat, NOW, payloads, runs, STARTED, waits } from './described';

const liveOfPending = (...pendingActivities: object[]) => liveOf({ pendingActivities });

test('a sync without pending activities has nothing live', () => {
  expect(liveOf({})).toEqual({});
  expect(liveOf({ pendingActivities: null })).toEqual({});
  expect(liveOfPending()).toEqual({});
});

test('rows of all running activities of a resource add up', () => {
  const live = liveOfPending(
    runs({ records: 40 }),
    runs({ records: 2 }),
    runs({ resource: 'claims', records: 5 }),
  );
  expect(live).toEqual({
    orders: { records: 42, waiting: null },
    claims: { records: 5, waiting: null },
  });
});

test('an activity between attempts waits, for the reason and until the time of its next attempt', () => {
  expect(liveOfPending(waits(60_000))).toEqual({
    orders: {
      records: 0,
      waiting: {
        reason: 'quota',
        until: NOW + 60_000,
        attempt: 3,
        error: null,
        requestId: null,
      },
    },
  });
});

test('a resource waits only when all of its activities wait, and then for the first of them', () => {
  expect(liveOfPending(waits(60_000), runs()).orders?.waiting).toBeNull();
  const all = liveOfPending(waits(60_000), waits(20_000, { reason: 'report' }), waits(90_000));
  expect(all.orders?.waiting).toMatchObject({ reason: 'report', until: NOW + 20_000 });
});

test('a resource that waits leaves the others alone', () => {
  const live = liveOfPending(waits(60_000), runs({ resource: 'inventory', records: 3 }));
  expect(live.inventory).toEqual({ records: 3, waiting: null });
  expect(live.claims).toBeUndefined();
});

test('a wait between attempts keeps the rows that the attempt before has written', () => {
  const waiting = waits(60_000, {}, { heartbeatDetails: heartbeat({ records: 100 }) });
  expect(liveOfPending(waiting).orders?.records).toBe(100);
});

test('an attempt that runs again no longer waits, though it has failed before', () => {
  const again = waits(-1_000, {}, { state: STARTED, heartbeatDetails: heartbeat({ records: 7 }) });
  expect(liveOfPending(again).orders).toEqual({ records: 7, waiting: null });
});

test('a fault that is tried again is shown with its words; a plain wait has none', () => {
  const fault = waits(4_000, { reason: 'retry' });
  expect(liveOfPending(fault).orders?.waiting?.error).toBe('Amazon limits requests');
  expect(liveOfPending(waits(4_000)).orders?.waiting?.error).toBeNull();
});

test('a first attempt that no worker has taken yet does not count as a wait', () => {
  const fresh = { state: 1, attempt: 1, scheduledTime: at(NOW) };
  expect(liveOfPending(fresh)).toEqual({});
});

test('an attempt whose worker was killed, without a word of its own, is no wait', () => {
  const killed = {
    ...waits(1_000),
    lastFailure: { message: 'activity Heartbeat timeout', timeoutFailureInfo: {} },
    heartbeatDetails: heartbeat({ records: 9 }),
  };
  expect(liveOfPending(killed).orders).toEqual({ records: 9, waiting: null });
});

test('activities that belong to no resource, or say something else, are passed over', () => {
  const noResource = runs({ resource: null });
  const odd = { ...runs(), heartbeatDetails: payloads({ something: 'else' }) };
  const empty = { ...runs(), heartbeatDetails: { payloads: [] } };
  expect(liveOfPending(noResource, odd, empty)).toEqual({});
});
