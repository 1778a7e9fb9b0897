/** An exact decimal number: `units` / 10^`scale`. */
interface Decimal {
  units: bigint;
  scale: number;
}

/** Adds amounts exactly, to the longest fraction among them: `0.10` and `0.20` are `0.30`. */
export function sumAmounts(amounts: readonly string[]): string {
  const decimals = amounts.map(decimalOf);
  const scale = decimals.reduce((most, one) => Math.max(most, one.scale), 0);
  const units = decimals.reduce(
    (sum, one) => sum + one.units * 10n ** BigInt(scale - one.scale),
    0n,
  );
  return textOf({ units, scale });
}

/** For the length of a bar, where a hair does not matter. Never for what is shown. */
export function drawnLength(amount: string): number {
  return Number(amount);
}

function decimalOf(amount: string): Decimal {
  const parts = /^(-?)(\d+)(?:\.(\d+))?$/.exec(amount);
  if (parts === null) throw new RangeError(`${amount} is not a decimal amount`);
  const [, sign, whole, fraction = ''] = parts;
  return { units: BigInt(`${sign}${whole}${fraction}`), scale: fraction.length };
}

function textOf({ units, scale }: Decimal): string {
  const sign = units < 0n ? '-' : '';
  const digits = String(units < 0n ? -units : units).padStart(scale + 1, '0');
  const whole = digits.slice(0, digits.length - scale);
  return scale === 0 ? `${sign}${whole}` : `${sign}${whole}.${digits.slice(-scale)}`;
}
