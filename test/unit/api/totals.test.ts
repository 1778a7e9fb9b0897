import { createTotals } from '../../../api/totals';

/** Counts how often it is counted. */
function counting() {
  let counted = 0;
  return {
    count: async () => {
      counted += 1;
      return counted;
    },
    times: () => counted,
  };
}

test('a total is counted once for a revision and what it is about, however many ask at once', async () => {
  const { count } = counting();
  const totals = createTotals();
  const all = await Promise.all([
    totals.of('first', ['user', 'orders', {}])(count),
    totals.of('first', ['user', 'orders', {}])(count),
  ]);
  expect(all).toEqual([1, 1]);
  expect(await totals.of('first', ['user', 'orders', {}])(count)).toBe(1);
  expect(await totals.of('second', ['user', 'orders', {}])(count)).toBe(2);
  expect(await totals.of('first', ['other', 'orders', {}])(count)).toBe(3);
  expect(await totals.of('first', ['user', 'claims', {}])(count)).toBe(4);
  expect(await totals.of('first', ['user', 'orders', { sku: 'one' }])(count)).toBe(5);
  // A time is told apart from another one, and from a text of the same letters only by its field.
  const from = new Date(0);
  expect(await totals.of('first', ['user', 'orders', { from }])(count)).toBe(6);
  expect(await totals.of('first', ['user', 'orders', { from: new Date(1) }])(count)).toBe(7);
  expect(await totals.of('first', ['user', 'orders', { to: from }])(count)).toBe(8);
});

test('without a revision it is counted each time', async () => {
  const { count, times } = counting();
  const total = createTotals().of(undefined, ['user', 'orders', {}]);
  expect([await total(count), await total(count)]).toEqual([1, 2]);
  expect(times()).toBe(2);
});

test('what could not be counted is counted again', async () => {
  const total = createTotals().of('first', ['user', 'orders', {}]);
  await expect(total(() => Promise.reject(new Error('away')))).rejects.toThrow('away');
  expect(await total(async () => 7)).toBe(7);
});

test('the totals that were asked for longest ago are forgotten', async () => {
  const { count } = counting();
  const totals = createTotals(2);
  const of = (user: string) => totals.of('first', [user])(count);
  expect([await of('one'), await of('two'), await of('one')]).toEqual([1, 2, 1]);
  expect(await of('three')).toBe(3);
  expect(await of('one')).toBe(1);
  expect(await of('two')).toBe(4);
});
