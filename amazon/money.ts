import { z } from 'zod';

// Amounts are decimal strings from Amazon's answer to the database; a float would not hold 0.1.

// RFC 7159 numbers, as the model says of its Decimal; the exponent is rare but allowed.
const PLAIN = /^([+-]?)(\d{1,30})(?:\.(\d{1,30}))?(?:[eE]([+-]?\d{1,2}))?$/;

interface Units {
  units: bigint;
  scale: number;
}

/** A number with a decimal point as a plain decimal string, its zeros kept; null when it is none. */
export function plainDecimal(text: string): string | null {
  const [, sign, whole, fraction = '', exponent] = PLAIN.exec(text) ?? [];
  if (sign === undefined || whole === undefined) return null;
  if (exponent === undefined) return text.replace('+', '');
  const units = BigInt(sign + whole + fraction);
  const scale = fraction.length - Number(exponent);
  return scale >= 0
    ? textOf({ units, scale })
    : textOf({ units: units * 10n ** BigInt(-scale), scale: 0 });
}

/**
 * A number of a report, which some regions write with a decimal comma: `4,10` is 4.10, `1.234,56` and
 * `1,234.56` are 1234.56, `1,234,567` is 1234567. Null when it is no number, and for `1,234`, which could
 * be either 1.234 or 1234: a wrong amount is worse than none.
 */
export function reportDecimal(text: string): string | null {
  const plain = plainDecimal(text);
  if (plain !== null) return plain;
  const grouped =
    /^([+-]?\d{1,3}(?:,\d{3})+)(\.\d+)$/.exec(text) ?? // 1,234.56
    /^([+-]?\d{1,3}(?:\.\d{3})+)(,\d+)$/.exec(text) ?? // 1.234,56
    /^([+-]?\d{1,3}(?:,\d{3}){2,}|[+-]?\d{1,3}(?:\.\d{3}){2,})()$/.exec(text); // 1,234,567
  if (grouped !== null) {
    const [, whole = '', fraction = ''] = grouped;
    return plainDecimal(whole.replace(/[.,]/g, '') + fraction.replace(',', '.'));
  }
  if (/^[+-]?[1-9]\d{0,2},\d{3}$/.test(text)) return null;
  return /^[+-]?\d+,\d+$/.test(text) ? plainDecimal(text.replace(',', '.')) : null;
}

/** An amount in a JSON answer. */
export const Decimal = z.string().transform((text, context) => {
  const decimal = plainDecimal(text);
  if (decimal !== null) return decimal;
  context.addIssue('not a decimal number');
  return z.NEVER;
});

/** Exact sum of plain decimal strings, with as many places as the longest of them; `0` of none. */
export function sumDecimals(amounts: readonly string[]): string {
  const all = amounts.map(unitsOf);
  const scale = Math.max(0, ...all.map((amount) => amount.scale));
  const units = all.reduce((sum, one) => sum + one.units * 10n ** BigInt(scale - one.scale), 0n);
  return textOf({ units, scale });
}

/** Exact product of a plain decimal string and a whole number. */
export function timesDecimal(amount: string, count: number): string {
  const { units, scale } = unitsOf(amount);
  return textOf({ units: units * BigInt(count), scale });
}

/** The amount without its sign. */
export function magnitudeOf(amount: string): string {
  return amount.replace(/^-/, '');
}

/** Whether a plain decimal string is nothing: `0`, `0.00`, `-0.0`. */
export function isZero(amount: string): boolean {
  return !/[1-9]/.test(amount);
}

function unitsOf(amount: string): Units {
  const point = amount.indexOf('.');
  return {
    units: BigInt(amount.replace('.', '')),
    scale: point === -1 ? 0 : amount.length - point - 1,
  };
}

function textOf({ units, scale }: Units): string {
  const digits = (units < 0n ? -units : units).toString().padStart(scale + 1, '0');
  const whole = digits.slice(0, digits.length - scale);
  const sign = units < 0n ? '-' : '';
  return scale === 0 ? sign + whole : `${sign}${whole}.${digits.slice(-scale)}`;
}
