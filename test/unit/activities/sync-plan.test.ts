import fc from 'fast-check';
import { planClaims, planOrders, type Range, windowsOf } from '../../../activities/sync-plan';
import { REPORT_TYPES } from '../../../amazon/reports';
import { USAGE_PLANS } from '../../../amazon/usage-plans';

const NOW = new Date('2026-03-01T12:00:00.000Z');
const MINUTE = 60_000;
const DAY = 24 * 60 * MINUTE;
const ago = (ms: number) => new Date(NOW.getTime() - ms);

/** From newest to oldest, each window ends where the one before begins. */
function expectExactCover(windows: readonly Range[], from: Date, to: Date): void {
  expect(windows[0]?.to).toBe(to.toISOString());
  expect(windows.at(-1)?.from).toBe(from.toISOString());
  windows.slice(1).forEach((window, index) => {
    expect(window.to).toBe(windows[index]?.from);
  });
  for (const window of windows) {
    const length = Date.parse(window.to) - Date.parse(window.from);
    expect(length).toBeGreaterThan(0);
    expect(length).toBeLessThanOrEqual(30 * DAY);
  }
}

const moment = fc.date({
  min: new Date('2015-01-01T00:00:00Z'),
  max: new Date('2040-01-01T00:00:00Z'),
  noInvalidDate: true,
});

test('windows cover a range exactly, none longer than 30 days, and no more of them than needed', () => {
  fc.assert(
    fc.property(moment, fc.integer({ min: 1, max: 800 * DAY }), (from, length) => {
      const to = new Date(from.getTime() + length);
      const windows = windowsOf(from, to);
      expectExactCover(windows, from, to);
      expect(windows).toHaveLength(Math.ceil(length / (30 * DAY)));
    }),
  );
});

test('an empty range has no window', () => {
  expect(windowsOf(NOW, NOW)).toEqual([]);
  expect(windowsOf(NOW, ago(1))).toEqual([]);
});

describe('the orders of a first sync', () => {
  const plan = planOrders(undefined, NOW);

  test('are the last 365 days by date of purchase, in 13 reports', () => {
    if (plan.kind !== 'reports') throw new Error('no reports');
    expect(plan.reportType).toBe(REPORT_TYPES.ordersByOrderDate);
    expect(plan.windows).toHaveLength(13);
    expectExactCover(plan.windows, ago(365 * DAY), NOW);
    expect(plan.watermark).toBe(NOW.toISOString());
  });

  test('fit into what Amazon lets us request at once, together with the claims', () => {
    if (plan.kind !== 'reports') throw new Error('no reports');
    expect(plan.windows.length + 1).toBeLessThanOrEqual(USAGE_PLANS.createReport.burst);
  });
});

describe('the orders of a later sync', () => {
  test.each([0, MINUTE, DAY, 29 * DAY, 30 * DAY - 60 * MINUTE])(
    'are one search from an hour before the watermark, %d ms ago',
    (gap) => {
      expect(planOrders(ago(gap), NOW)).toEqual({
        kind: 'search',
        lastUpdatedAfter: ago(gap + 60 * MINUTE).toISOString(),
      });
    },
  );

  test('are reports by last update once the gap is longer than one report reaches', () => {
    const plan = planOrders(ago(30 * DAY), NOW);
    if (plan.kind !== 'reports') throw new Error('no reports');
    expect(plan.reportType).toBe(REPORT_TYPES.ordersByLastUpdate);
    expectExactCover(plan.windows, ago(30 * DAY + 60 * MINUTE), NOW);
  });

  test('reach back before the watermark whatever the gap, and leave nothing out up to now', () => {
    fc.assert(
      fc.property(moment, fc.integer({ min: 0, max: 700 * DAY }), (watermark, gap) => {
        const now = new Date(watermark.getTime() + gap);
        const plan = planOrders(watermark, now);
        if (plan.kind === 'search') {
          expect(gap).toBeLessThan(30 * DAY);
          expect(Date.parse(plan.lastUpdatedAfter)).toBeLessThan(watermark.getTime());
        } else {
          const from = new Date(plan.windows.at(-1)?.from ?? Number.NaN);
          expect(from.getTime()).toBeLessThan(watermark.getTime());
          expectExactCover(plan.windows, from, now);
          expect(plan.watermark).toBe(now.toISOString());
        }
      }),
    );
  });
});

describe('the claims', () => {
  test('of a first sync are the last 365 days in one report', () => {
    expect(planClaims(undefined, NOW)).toEqual({
      reportType: REPORT_TYPES.claims,
      range: { from: ago(365 * DAY).toISOString(), to: NOW.toISOString() },
    });
  });

  test('of a later one go back further than the 5 days by which they can be late', () => {
    const { range } = planClaims(ago(DAY), NOW);
    expect(range).toEqual({ from: ago(11 * DAY).toISOString(), to: NOW.toISOString() });
  });
});
