import { claimsFigures, currenciesOf, lastMonths, OTHER } from '../../../console/claims-figures.ts';
import type { ClaimsOfMonth } from '../../../contract/summary';

const row = (change: Partial<ClaimsOfMonth>): ClaimsOfMonth => ({
  month: '2026-02',
  reason: 'Lost_Warehouse',
  currency: 'EUR',
  claims: 1,
  amount: '1.00',
  ...change,
});

test('each month is there, with exact sums, and other currencies are left out', () => {
  const rows = [
    row({ amount: '0.10' }),
    row({ reason: null, amount: '0.20', claims: 2 }),
    row({ currency: 'SEK', amount: '50.00' }),
    row({ month: '2026-01', amount: '-3.30' }),
  ];
  expect(claimsFigures(rows, 'EUR', ['2026-01', '2026-02', '2026-03'])).toEqual({
    series: ['Lost_Warehouse', null],
    total: '-3.00',
    months: [
      { month: '2026-01', claims: 1, total: '-3.30', amounts: ['-3.30', '0'] },
      { month: '2026-02', claims: 3, total: '0.30', amounts: ['0.10', '0.20'] },
      { month: '2026-03', claims: 0, total: '0', amounts: ['0', '0'] },
    ],
  });
});

test('reasons beyond those that can be told apart are one', () => {
  const rows = Array.from({ length: 9 }, (_, index) =>
    row({ reason: `R${index}`, claims: 9 - index, amount: '1.00' }),
  );
  const { series, months } = claimsFigures(rows, 'EUR', ['2026-02']);
  expect(series).toEqual(['R0', 'R1', 'R2', 'R3', 'R4', OTHER]);
  expect(months[0]?.amounts).toEqual(['1.00', '1.00', '1.00', '1.00', '1.00', '4.00']);
});

test('currencies come by the number of claims', () => {
  expect(
    currenciesOf([row({}), row({ currency: 'SEK', claims: 5 }), row({ currency: null })]),
  ).toEqual(['SEK', 'EUR', null]);
});

test('months are counted back in the zone, across a new year', () => {
  const newYear = Date.parse('2026-01-01T03:00:00.000Z');
  expect(lastMonths(newYear, 'UTC', 3)).toEqual(['2025-11', '2025-12', '2026-01']);
  expect(lastMonths(newYear, 'America/New_York', 2)).toEqual(['2025-11', '2025-12']);
});
