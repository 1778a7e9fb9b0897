import fc from 'fast-check';
import { ordersSource, reportsSeconds, searchSeconds } from '../../../activities/orders-source';

const gaps = fc.record({
  days: fc.double({ min: 0, max: 700, noNaN: true }),
  ordersPerDay: fc.double({ min: 0, max: 100_000, noNaN: true }),
});

test.each([
  [1, 0, 'search'],
  [1, 300, 'search'],
  [1, 400, 'reports'],
  [40, 10, 'search'],
  [40, 1_000, 'reports'],
  [0.1, 10_000, 'reports'],
])('a gap of %d days at %d orders a day comes by %s', (days, ordersPerDay, source) => {
  expect(ordersSource({ days, ordersPerDay })).toBe(source);
});

test('the source that is sooner under the quotas is taken', () => {
  fc.assert(
    fc.property(gaps, (gap) => {
      const [search, reports] = [searchSeconds(gap), reportsSeconds(gap)];
      const chosen = ordersSource(gap) === 'search' ? search : reports;
      expect(chosen).toBe(Math.min(search, reports));
    }),
  );
});

test('a longer gap or a busier seller never turns from reports to the search', () => {
  fc.assert(
    // Up to 12 windows, which with claims and returns are what is used of createReport's burst: beyond it, reports get slower too.
    fc.property(gaps, fc.double({ min: 1, max: 10, noNaN: true }), (gap, times) => {
      fc.pre(ordersSource(gap) === 'reports' && gap.days * times < 360);
      expect(ordersSource({ ...gap, ordersPerDay: gap.ordersPerDay * times })).toBe('reports');
      expect(ordersSource({ ...gap, days: gap.days * times })).toBe('reports');
    }),
  );
});
