import fc from 'fast-check';
import { sumAmounts } from '../../../console/money.ts';

test.each([
  [[], '0'],
  [['0.10', '0.20'], '0.30'],
  [['1', '0.5'], '1.5'],
  [['-100.00', '0.2'], '-99.80'],
  [['0.05', '-0.10'], '-0.05'],
  [['9007199254740993', '0.01'], '9007199254740993.01'],
])('%j is %s', (amounts, sum) => {
  expect(sumAmounts(amounts)).toBe(sum);
});

test('the sum of cents is that of whole numbers, however large', () => {
  const cents = fc.bigInt({ min: -(10n ** 24n), max: 10n ** 24n });
  const textOf = (value: bigint) => {
    const digits = String(value < 0n ? -value : value).padStart(3, '0');
    return `${value < 0n ? '-' : ''}${digits.slice(0, -2)}.${digits.slice(-2)}`;
  };
  fc.assert(
    fc.property(fc.array(cents, { minLength: 1 }), (values) => {
      const sum = values.reduce((total, value) => total + value, 0n);
      expect(sumAmounts(values.map(textOf))).toBe(textOf(sum));
    }),
  );
});

test('what is no amount is refused, and never read as another one', () => {
  for (const text of ['', '1,50', '1e3', ' 1', 'NaN']) {
    expect(() => sumAmounts([text])).toThrow(RangeError);
  }
});
