import { type Bar, stacked, tickStride, ticksOf } from '../../../console/bar-geometry.ts';

const bar = (...values: number[]): Bar => ({
  label: 'a bar',
  tick: '',
  parts: values.map((value, series) => ({ series, value, words: '' })),
});

test('parts above zero stand on each other, those below hang from each other', () => {
  const blocks = stacked(bar(3, -1, 0, 2, -4).parts).map(({ series, from, to }) => [
    series,
    from,
    to,
  ]);
  expect(blocks).toEqual([
    [0, 0, 3],
    [1, 0, -1],
    [3, 3, 5],
    [4, -1, -5],
  ]);
});

test.each([
  [[bar(7)], [0, 2, 4, 6, 8]],
  [[bar(1)], [0, 1]],
  [[bar(0)], [0, 1]],
  [[], [0, 1]],
  [[bar(600, 500, -170)], [-500, 0, 500, 1000, 1500]],
  [[bar(-3)], [-3, -2, -1, 0]],
])('ticks are round, hold all bars, and zero is one of them', (bars, ticks) => {
  expect(ticksOf(bars)).toEqual(ticks);
});

test('names of bars are as many as there is room for', () => {
  expect(tickStride(12, 600, 50)).toBe(1);
  expect(tickStride(30, 300, 50)).toBe(5);
  expect(tickStride(0, 0, 50)).toBe(1);
});
