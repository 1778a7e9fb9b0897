import { filterQuery } from '../../../console/filter-query.ts';
import { hashOf, routeOf, searchOf } from '../../../console/route.ts';

test('an address and its route say the same', () => {
  const route = { view: 'orders', query: { status: 'SHIPPED', sku: 'A&B 1' } } as const;
  expect(routeOf(hashOf(route))).toEqual(route);
  expect(hashOf({ view: 'overview', query: {} })).toBe('#/');
});

test.each(['', '#', '#/', '#/nowhere', '#main'])('%s is the overview', (hash) => {
  expect(routeOf(hash)).toEqual({ view: 'overview', query: {} });
});

test('what is not set is not asked for', () => {
  expect(searchOf({ a: 1, b: '', c: undefined })).toBe('?a=1');
  expect(searchOf({ b: '' })).toBe('');
});

test('days are asked for as moments, and the last one counts whole', () => {
  const fields = [
    { name: 'from', label: 'From', kind: 'day' },
    { name: 'to', label: 'To', kind: 'day', isEnd: true },
    { name: 'sku', label: 'SKU', kind: 'text' },
  ] as const;
  const query = { from: '2026-03-28', to: '2026-03-29', sku: 'A', other: 'x' };
  expect(filterQuery(fields, query)).toEqual({
    from: new Date(2026, 2, 28).toISOString(),
    to: new Date(2026, 2, 30).toISOString(),
    sku: 'A',
  });
  expect(filterQuery(fields, { from: 'yesterday' })).toEqual({});
});
