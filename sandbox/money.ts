/**
 * Money in the sandbox is a whole number of the currency's smallest unit, so that sums are exact. Currencies that
 * are not named here have two decimals (ISO 4217).
 */
const EXPONENTS: Readonly<Record<string, number>> = { JPY: 0 };

export function exponentOf(currency: string): number {
  return EXPONENTS[currency] ?? 2;
}

/** `-410` in EUR is `-4.10`; `5980` in JPY is `5980`. */
export function decimalOf(minor: number, currency: string): string {
  const exponent = exponentOf(currency);
  const digits = String(Math.abs(minor)).padStart(exponent + 1, '0');
  const sign = minor < 0 ? '-' : '';
  if (exponent === 0) return sign + digits;
  return `${sign}${digits.slice(0, -exponent)}.${digits.slice(-exponent)}`;
}

/** The reverse of `decimalOf`. Throws when the text has more decimals than the currency. */
export function minorOf(decimal: string, currency: string): number {
  const exponent = exponentOf(currency);
  const match = /^(-?)(\d+)(?:\.(\d+))?$/.exec(decimal);
  const fraction = match?.[3] ?? '';
  if (!match || fraction.length > exponent)
    throw new Error(`Not an amount in ${currency}: ${decimal}`);
  const minor = Number(`${match[2]}${fraction.padEnd(exponent, '0')}`);
  return match[1] ? -minor : minor;
}
