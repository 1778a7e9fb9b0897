import { overlaps, type Run } from '../../chaos/run-overlaps';

const run = (
  runId: string,
  started: number,
  closed: number,
  workflowId = 'amazon-sync-a',
): Run => ({
  workflowId,
  runId,
  started,
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
