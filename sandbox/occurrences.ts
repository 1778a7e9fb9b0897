/** Numbers things that have no key of their own: each gets how many came before that agree in all of these values, from 0. */
export function createOccurrences(): (...values: readonly unknown[]) => number {
  const seen = new Map<string, number>();
  return (...values) => {
    const key = JSON.stringify(values);
    const occurrence = seen.get(key) ?? 0;
    seen.set(key, occurrence + 1);
    return occurrence;
  };
}
