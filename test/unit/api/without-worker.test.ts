import { isWithoutWorker } from '../../../api/without-worker';
import { at, NOW, runs, SCHEDULED } from './described';

const UNSEEN = 2;
const SEEN = 20;
const task = (agoMs: number) => ({ pendingWorkflowTask: { scheduledTime: at(NOW - agoMs) } });
const activity = (agoMs: number) => ({
  pendingActivities: [{ state: SCHEDULED, scheduledTime: at(NOW - agoMs) }],
});

test('a sync that nobody has ever looked at for more than a second has no worker', () => {
  expect(isWithoutWorker(task(1_001), UNSEEN, NOW)).toBe(true);
});

test('a sync that has just begun has not waited long enough to say so', () => {
  expect(isWithoutWorker(task(900), UNSEEN, NOW)).toBe(false);
});

test('a later task may wait for the 10 s that a worker which was killed keeps its workflows', () => {
  expect(isWithoutWorker(task(10_000), SEEN, NOW)).toBe(false);
  expect(isWithoutWorker(task(12_001), SEEN, NOW)).toBe(true);
});

test('a task that a worker has taken is not waiting, however long it takes', () => {
  const taken = {
    pendingWorkflowTask: { scheduledTime: at(NOW - 60_000), startedTime: at(NOW - 59_000) },
  };
  expect(isWithoutWorker(taken, SEEN, NOW)).toBe(false);
});

test('an activity that nobody takes shows that there is no worker', () => {
  expect(isWithoutWorker(activity(12_001), SEEN, NOW)).toBe(true);
  expect(isWithoutWorker(activity(5_000), SEEN, NOW)).toBe(false);
});

test('an activity whose next attempt lies ahead does not', () => {
  expect(isWithoutWorker(activity(-600_000), SEEN, NOW)).toBe(false);
});

test('an activity that runs does not, however long ago it was scheduled', () => {
  const running = { ...runs(), scheduledTime: at(NOW - 3_600_000) };
  expect(isWithoutWorker({ pendingActivities: [running] }, SEEN, NOW)).toBe(false);
});

test('a workflow that waits for nothing does not', () => {
  expect(isWithoutWorker({}, SEEN, NOW)).toBe(false);
  expect(isWithoutWorker({ pendingActivities: [] }, UNSEEN, NOW)).toBe(false);
});
