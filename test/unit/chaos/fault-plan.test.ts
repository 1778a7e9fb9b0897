import { drawPlan, targetsOf } from '../../chaos/fault-plan';
import { describeFault } from '../../chaos/inflict';

test('the seed of a run is its plan', () => {
  expect(drawPlan(7, 200, 12)).toEqual(drawPlan(7, 200, 12));
  expect(drawPlan(7, 200, 12)).not.toEqual(drawPlan(8, 200, 12));
});

test('a plan has as many faults as it is asked for, in order, of every kind', () => {
  const plan = drawPlan(1, 200, 12);
  expect(plan).toHaveLength(200);
  expect(plan.map(({ at }) => at)).toEqual(plan.map(({ at }) => at).toSorted((a, b) => a - b));
  expect(new Set(plan.map(({ kind }) => kind))).toEqual(
    new Set([
      ...['kill', 'restart', 'freeze', 'cut', 'black hole', 'stall', 'slow', 'amazon'],
      ...['terminate', 'reset', 'orphan'],
    ]),
  );
});

test('no two faults of a plan hit one process or one line at the same time', () => {
  for (const seed of [1, 2, 3, 4, 5]) {
    const until = new Map<string, number>();
    for (const fault of drawPlan(seed, 200, 12)) {
      for (const target of targetsOf(fault)) {
        expect(until.get(target) ?? -1).toBeLessThan(fault.at);
        until.set(target, fault.at + fault.lasts);
      }
    }
  }
});

test('every plan begins with orphaned activities, and nothing else goes on while some are', () => {
  for (const seed of [1, 2, 3, 4, 5]) {
    const plan = drawPlan(seed, 200, 12);
    const orphanings = plan.filter(({ kind }) => kind === 'orphan');
    expect(plan[0]).toBe(orphanings[0]);
    expect(orphanings.length).toBeGreaterThanOrEqual(8);
    for (const orphaning of orphanings) {
      const others = plan.filter(
        (fault) =>
          fault !== orphaning &&
          fault.at <= orphaning.at + orphaning.lasts &&
          fault.at + fault.lasts >= orphaning.at,
      );
      // A worker that is still frozen writes nothing, and what an operator or Amazon did lasts no time.
      const isLeft = (name: string) => !name.startsWith('worker-') || name.includes(' to ');
      expect(others.flatMap(targetsOf).filter(isLeft)).toEqual([]);
    }
  }
});

test('a plan is readable', () => {
  const fault = { at: 1_500, lasts: 4_000, kind: 'slow', milliseconds: 40 } as const;
  expect(describeFault({ ...fault, line: 'workers to amazon' })).toBe(
    '1.5 s: slow 40 workers to amazon for 4.0 s',
  );
});
