import fc from 'fast-check';
import { endOfRanges, planClaims, planOrders, windowsOf } from '../../../activities/sync-plan';
import { REPORT_TYPES } from '../../../amazon/reports';
import { USAGE_PLANS } from '../../../amazon/usage-plans';
import type { TimeRange } from '../../../contract/time-range';

const NOW = new Date('2026-03-01T12:00:00.000Z');
const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;
const ago = (ms: number) => new Date(NOW.getTime() - ms);
const US = 'ATVPDKIKX0DER';
const CA = 'A2EUQ1WTGCTBG2';

/** Few enough that a search is sooner for any gap, and so many that it is for none. */
const FEW = 1;
const MANY = 10_000;

/** From newest to oldest, each window ends where the one before begins. */
function expectExactCover(windows: readonly TimeRange[], from: Date, to: Date): void {
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

const moment = fc
  .date({
    min: new Date('2015-01-01T00:00:00Z'),
    max: new Date('2040-01-01T00:00:00Z'),
    noInvalidDate: true,
  })
  .map((date) => new Date(Math.floor(date.getTime() / 1000) * 1000));

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

test('ranges end on a whole hour, ten to seventy minutes ago, whatever the time', () => {
  fc.assert(
    fc.property(moment, (now) => {
      const end = endOfRanges(now.getTime());
      const before = now.getTime() - end.getTime();
      expect(end.getTime() % HOUR).toBe(0);
      expect(before).toBeGreaterThanOrEqual(10 * MINUTE);
      expect(before).toBeLessThan(70 * MINUTE);
    }),
  );
});

describe('the orders of a first sync', () => {
  const [group, ...others] = planOrders(
    [
      { marketplaceId: US, watermark: undefined },
      { marketplaceId: CA, watermark: undefined },
    ],
    MANY,
    NOW,
  );

  test('are the last 365 days by date of purchase of all marketplaces, in 13 reports', () => {
    expect(others).toEqual([]);
    expect(group?.marketplaceIds).toEqual([US, CA]);
    expect(group?.bulk?.reportType).toBe(REPORT_TYPES.ordersByOrderDate);
    expect(group?.bulk?.windows).toHaveLength(13);
    expectExactCover(group?.bulk?.windows ?? [], ago(365 * DAY), NOW);
    expect(group?.bulk?.watermark).toBe(NOW.toISOString());
  });

  test('end with a search for what was updated since the reports', () => {
    expect(group?.searchFrom).toBe(ago(HOUR).toISOString());
  });

  test('fit into what Amazon lets us request at once, together with claims and returns', () => {
    const reports = (group?.bulk?.windows.length ?? Number.NaN) + 2;
    expect(reports).toBeLessThanOrEqual(USAGE_PLANS.createReport.burst);
  });
});

describe('the orders of a later sync', () => {
  const planOf = (gap: number, ordersPerDay: number) =>
    planOrders([{ marketplaceId: US, watermark: ago(gap) }], ordersPerDay, NOW);

  test.each([0, MINUTE, DAY, 29 * DAY, 60 * DAY])(
    'of a seller with few are one search from an hour before the watermark, %d ms ago',
    (gap) => {
      expect(planOf(gap, FEW)).toEqual([
        { marketplaceIds: [US], bulk: null, searchFrom: ago(gap + HOUR).toISOString() },
      ]);
    },
  );

  test('of a seller with many are reports by last update, then a search', () => {
    const [group] = planOf(40 * DAY, MANY);
    expect(group?.bulk?.reportType).toBe(REPORT_TYPES.ordersByLastUpdate);
    expectExactCover(group?.bulk?.windows ?? [], ago(40 * DAY + HOUR), NOW);
    expect(group?.searchFrom).toBe(ago(HOUR).toISOString());
  });

  test('begin for each marketplace where that one has come to', () => {
    const cursors = [
      { marketplaceId: US, watermark: ago(DAY) },
      { marketplaceId: CA, watermark: ago(9 * DAY) },
      { marketplaceId: 'A1AM78C64UM0Y8', watermark: ago(DAY) },
      { marketplaceId: 'A2Q3Y263D00KWC', watermark: undefined },
    ];
    expect(planOrders(cursors, FEW, NOW)).toMatchObject([
      {
        marketplaceIds: [US, 'A1AM78C64UM0Y8'],
        bulk: null,
        searchFrom: ago(DAY + HOUR).toISOString(),
      },
      { marketplaceIds: [CA], bulk: null, searchFrom: ago(9 * DAY + HOUR).toISOString() },
      {
        marketplaceIds: ['A2Q3Y263D00KWC'],
        bulk: { reportType: REPORT_TYPES.ordersByOrderDate },
      },
    ]);
  });

  test('reach back before the watermark, or twelve months, and leave nothing out up to now', () => {
    const gaps = fc.integer({ min: -2 * HOUR, max: 700 * DAY });
    const rates = fc.integer({ min: 0, max: 20_000 });
    fc.assert(
      fc.property(moment, gaps, rates, (end, gap, ordersPerDay) => {
        const watermark = new Date(end.getTime() - gap);
        const [group] = planOrders([{ marketplaceId: US, watermark }], ordersPerDay, end);
        const windows = group?.bulk?.windows ?? [];
        const from = windows.at(-1)?.from ?? group?.searchFrom ?? '';
        const oldest = end.getTime() - 365 * DAY;
        expect(Date.parse(from)).toBeLessThanOrEqual(Math.max(oldest, watermark.getTime() - HOUR));
        expect(Date.parse(from)).toBeGreaterThanOrEqual(oldest);
        if (windows.length > 0) {
          expectExactCover(windows, new Date(from), end);
          expect(Date.parse(group?.searchFrom ?? '')).toBeLessThan(end.getTime());
        }
      }),
    );
  });
});

describe('the claims', () => {
  test('of a first sync are the last 365 days in one report', () => {
    const from = ago(365 * DAY).toISOString();
    expect(planClaims(undefined, NOW)).toEqual({
      reportType: REPORT_TYPES.claims,
      range: { from, to: NOW.toISOString() },
      watermark: from,
    });
  });

  test('of a later one go back further than the 5 days by which they can be late', () => {
    expect(planClaims(ago(DAY), NOW)).toMatchObject({
      range: { from: ago(11 * DAY).toISOString(), to: NOW.toISOString() },
      watermark: ago(DAY).toISOString(),
    });
  });

  test('never go back further than a first sync, however long Amazon had nothing to report', () => {
    expect(planClaims(ago(400 * DAY), NOW).range.from).toBe(ago(365 * DAY).toISOString());
  });
});
