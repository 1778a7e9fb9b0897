import fc from 'fast-check';
import { halvesOf, type TimeRange } from '../../../contract/time-range';

const DAY = 86_400_000;
const iso = (time: number) => new Date(time).toISOString();
const lengthOf = ({ from, to }: TimeRange) => Date.parse(to) - Date.parse(from);

const seconds = (min: number, max: number) => fc.integer({ min, max }).map((count) => count * 1000);

test('the halves of a range are the range, the newer first, and about as long', () => {
  const start = seconds(1_400_000_000, 2_000_000_000);
  fc.assert(
    fc.property(start, seconds(86_401, 365 * 86_400), (from, length) => {
      const halves = halvesOf({ from: iso(from), to: iso(from + length) });
      if (halves === null) throw new Error('no halves');
      const [newer, older] = halves;
      expect([older.from, older.to, newer.to]).toEqual([iso(from), newer.from, iso(from + length)]);
      expect(Math.abs(lengthOf(newer) - lengthOf(older))).toBeLessThanOrEqual(1000);
    }),
  );
});

test('a year is split into days in nine steps, and a day no further', () => {
  let range: TimeRange = { from: iso(0), to: iso(365 * DAY) };
  let steps = 0;
  for (let halves = halvesOf(range); halves !== null; halves = halvesOf(range)) {
    range = halves[1];
    steps += 1;
  }
  expect(steps).toBe(9);
  expect(lengthOf(range)).toBeLessThanOrEqual(DAY);
  expect(halvesOf({ from: iso(0), to: iso(DAY) })).toBeNull();
});
