import { z } from 'zod';
import { Filter, PageQuery, TimeFilter } from '../../../api/page-query';

const Query = z.object({ ...PageQuery, sku: Filter, from: TimeFilter });
const refuses = (query: object) => !Query.safeParse(query).success;

test('a list without a query is the first fifty rows', () => {
  expect(Query.parse({})).toEqual({ limit: 50, format: 'json' });
});

test.each(['1', '50', '200'])('a limit of %s is taken', (limit) => {
  expect(Query.parse({ limit }).limit).toBe(Number(limit));
});

test.each(['0', '-1', '201', '1.5', 'ten', '', 'NaN', 'Infinity', ['1', '2']])(
  'a limit of %j is refused',
  (limit) => {
    expect(refuses({ limit })).toBe(true);
  },
);

test.each([
  ['2026-03-01', '2026-03-01T00:00:00.000Z'],
  ['2026-03-01T12:30:00Z', '2026-03-01T12:30:00.000Z'],
  ['2026-03-01T12:30:00.250Z', '2026-03-01T12:30:00.250Z'],
  ['2026-03-01T12:30:00+02:00', '2026-03-01T10:30:00.000Z'],
])('the time %s is the moment %s', (from, moment) => {
  expect(Query.parse({ from }).from?.toISOString()).toBe(moment);
});

test.each([
  '',
  'yesterday',
  '2026',
  '2026-02-30',
  '2026-03-01T12:30:00',
  '1772366400000',
  '01/03/2026',
])('the time %j is refused', (from) => {
  expect(refuses({ from })).toBe(true);
});

test.each(['SKU-1', ' ', '出品 🛒', "' or 1=1 --", 'x'.repeat(200)])(
  'the filter %j is taken',
  (sku) => {
    expect(Query.parse({ sku }).sku).toBe(sku);
  },
);

test.each([
  ['nothing', ''],
  ['too much', 'x'.repeat(201)],
  ['two values', ['A', 'B']],
  ['a NUL, which PostgreSQL has no text for', 'A\0B'],
])('a filter with %s is refused', (_, sku) => {
  expect(refuses({ sku })).toBe(true);
});

test.each(['', 'x'.repeat(1_025)])('a cursor that cannot be one is refused', (cursor) => {
  expect(refuses({ cursor })).toBe(true);
});
