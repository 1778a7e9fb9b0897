import fc from 'fast-check';
import {
  magnitudeOf,
  plainDecimal,
  reportDecimal,
  sumDecimals,
  timesDecimal,
} from '../../../amazon/money';

test.each([
  ['12.90', '12.90'],
  ['-3', '-3'],
  ['+3.5', '3.5'],
  ['0', '0'],
  ['1.5E3', '1500'],
  ['-25e-3', '-0.025'],
  ['0E-2', '0.00'],
  ['1.50e1', '15.0'],
])('%s of an answer is %s', (text, decimal) => {
  expect(plainDecimal(text)).toBe(decimal);
});

test.each([
  ['4,10', '4.10'],
  ['-4,10', '-4.10'],
  ['1.234,56', '1234.56'],
  ['1,234.56', '1234.56'],
  ['-1.234.567,8', '-1234567.8'],
  ['1,234,567', '1234567'],
  ['1.234.567', '1234567'],
  ['0,125', '0.125'],
  ['1234,567', '1234.567'],
  ['19940', '19940'],
])('%s of a report is %s', (text, decimal) => {
  expect(reportDecimal(text)).toBe(decimal);
});

test.each([
  '1,234',
  '',
  '-',
  '1,2,3',
  '12,34.5',
  '1.23,456.7',
  '1,2345.6',
  '5 €',
  'NaN',
  '1e',
  '.5',
  '0x1',
])('"%s" is no amount', (text) => {
  expect(reportDecimal(text)).toBeNull();
});

const amount = fc
  .tuple(fc.bigInt({ min: -(10n ** 20n), max: 10n ** 20n }), fc.integer({ min: 0, max: 6 }))
  .map(([units, scale]) => ({ units, scale, text: written(units, scale) }));

function written(units: bigint, scale: number): string {
  const digits = `${units < 0n ? -units : units}`.padStart(scale + 1, '0');
  const split = digits.length - scale;
  const fraction = scale === 0 ? '' : `.${digits.slice(split)}`;
  return `${units < 0n ? '-' : ''}${digits.slice(0, split)}${fraction}`;
}

test('a sum is that of whole numbers of the smallest unit', () => {
  fc.assert(
    fc.property(fc.array(amount), (amounts) => {
      const scale = Math.max(0, ...amounts.map((one) => one.scale));
      const units = amounts.reduce(
        (sum, one) => sum + one.units * 10n ** BigInt(scale - one.scale),
        0n,
      );
      expect(sumDecimals(amounts.map(({ text }) => text))).toBe(written(units, scale));
    }),
  );
});

test('a product is a repeated sum, and an amount less itself is nothing', () => {
  fc.assert(
    fc.property(amount, fc.integer({ min: 1, max: 20 }), ({ text }, count) => {
      expect(timesDecimal(text, count)).toBe(sumDecimals(Array(count).fill(text)));
      expect(sumDecimals([text, timesDecimal(text, -1)])).toMatch(/^0(\.0+)?$/);
      expect(magnitudeOf(text)).not.toMatch(/-/);
    }),
  );
});
