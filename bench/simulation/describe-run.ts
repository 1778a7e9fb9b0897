import type { Simulated } from './scenarios';

/** What a run has to say, in the order of a column. */
export function describeRun({ knobs, world }: Simulated): [name: string, value: string][] {
  const { measured, slots, places } = world;
  const { hours, workers, slotsPerWorker } = knobs;
  const requests = [...measured.requests]
    .sort(([, a], [, b]) => b.total() - a.total())
    .map(([operation, rate]): [string, string] => [
      `  ${operation} /s`,
      `${figure(rate.peak(60))}, ${figure(rate.total())} in all`,
    ]);
  return [
    ['workers × slots', `${workers} × ${slotsPerWorker}`],
    ['MAX_SYNCS', figure(knobs.maxSyncs)],
    ['daily syncs spread over', hours === 0 ? '30 minutes' : `${hours} hours`],
    ['Schedules start', `${figure(knobs.scheduledStartsPerSecond)} /s`],
    ['syncs complete, failed, never run', counts(measured)],
    ['syncs at once', figure(measured.running.most())],
    ['all done after', time(world.loop.now())],
    ['wait for a place p50, p99, max', spread(measured.placeWaits)],
    ['  places asked for, /sync', figure(measured.placesAsked / knobs.sellers)],
    ['  the lock p50, p99, max', spread(places.waits)],
    ['wait for a slot p50, p99, max', spread(slots.waits)],
    [
      '  slots taken, tasks queued at most',
      `${figure(slots.taken.most())}, ${figure(slots.queued.most())}`,
    ],
    ['wait for a quota p50, p99, max', spread(measured.quotaWaits)],
    ['a sync takes p50, p99, max', spread(measured.took)],
    ['in the busiest minute, /s', ''],
    ['  syncs started', figure(measured.starts.peak(60))],
    ['  attempts of activities', figure(measured.attempts.peak(60))],
    ['  Temporal actions', figure(measured.actions.peak(60))],
    ['  rows into PostgreSQL', figure(measured.rows.peak(60))],
    ['  requests to Amazon', figure(measured.allRequests.peak(60))],
    ...requests,
    ['Temporal actions in all', figure(measured.actions.total())],
    ['  of them for a sync', figure(measured.actions.total() / knobs.sellers)],
    ['rows in all', figure(measured.rows.total())],
  ];
}

function counts({ complete, failed, missed }: Simulated['world']['measured']): string {
  return [complete, failed, missed].map(figure).join(', ');
}

function spread({ quantile, max }: { quantile(share: number): number; max(): number }): string {
  return [quantile(0.5), quantile(0.99), max()].map(time).join(', ');
}

/** Three digits, and no more than a model can mean. */
function figure(value: number): string {
  const rounded = value < 1_000 ? Number(value.toPrecision(3)) : Math.round(value);
  return rounded.toLocaleString('en-US');
}

function time(milliseconds: number): string {
  if (milliseconds < 1_000) return `${Math.round(milliseconds)} ms`;
  if (milliseconds < 120_000) return `${Number((milliseconds / 1_000).toPrecision(2))} s`;
  if (milliseconds < 7_200_000) return `${Math.round(milliseconds / 60_000)} min`;
  return `${(milliseconds / 3_600_000).toFixed(1)} h`;
}
