import { msToTs } from '@temporalio/common/lib/time';
import { overlaps, type Run, timesOf } from '../../chaos/run-overlaps';

const run = (runId: string, began: number, closed: number, workflowId = 'amazon-sync-a'): Run => ({
  workflowId,
  runId,
  began,
  closed,
});

const idsOf = (runs: Run[]) => overlaps(runs).map(([a, b]) => [a.runId, b.runId]);

test('runs of one user one after the other do not overlap, in whatever order they come', () => {
  expect(idsOf([run('3', 9, Number.POSITIVE_INFINITY), run('1', 0, 5), run('2', 5, 9)])).toEqual(
    [],
  );
});

test('runs of several users may go on side by side', () => {
  expect(idsOf([run('1', 0, 9), run('2', 5, 20, 'amazon-sync-b')])).toEqual([]);
});

test('a run that began while another one of its user was open is found', () => {
  expect(idsOf([run('1', 0, 9), run('2', 5, 20), run('3', 20, 21)])).toEqual([['1', '2']]);
  expect(idsOf([run('1', 0, Number.POSITIVE_INFINITY), run('2', 5, 6), run('3', 7, 8)])).toEqual([
    ['1', '2'],
    ['1', '3'],
  ]);
});

test('a run that was ended before its code ran is at once with none', () => {
  const never = Number.POSITIVE_INFINITY;
  expect(idsOf([run('1', 0, 9), run('2', never, 6), run('3', never, never)])).toEqual([]);
});

const at = (milliseconds: number) => ({ eventTime: msToTs(milliseconds) });
const started = { workflowExecutionStartedEventAttributes: {} };
const taskStarted = { workflowTaskStartedEventAttributes: {} };
const terminated = { workflowExecutionTerminatedEventAttributes: {} };

test('a run begins with its first task, whatever its start is dated', () => {
  const events = [
    { ...at(1_000), ...started },
    { ...at(1_007), ...taskStarted },
    { ...at(1_009), ...taskStarted },
    { ...at(1_020), ...terminated },
  ];
  expect(timesOf(events, 'run')).toEqual({ began: 1_007, closed: 1_020 });
  expect(timesOf(events.slice(0, 1), 'run')).toEqual({
    began: Number.POSITIVE_INFINITY,
    closed: Number.POSITIVE_INFINITY,
  });
});

test('a run that a reset began begins with its first task after the reset', () => {
  const events = [
    { ...at(1_000), ...started },
    { ...at(1_007), ...taskStarted },
    { ...at(2_000), workflowTaskFailedEventAttributes: { newRunId: 'run' } },
    { ...at(2_005), ...taskStarted },
  ];
  expect(timesOf(events, 'run').began).toBe(2_005);
});
