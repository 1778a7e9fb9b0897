import { isDeepStrictEqual } from 'node:util';

/** What a value must hold at least: objects by their named fields, everything else exactly. */
export type Match = unknown;

/** Throws, naming the first place that differs, unless `actual` holds all that `expected` names. */
export function expectMatch(actual: unknown, expected: Match, what = 'value'): void {
  if (isPlain(expected)) {
    for (const [name, inner] of Object.entries(expected)) {
      expectMatch(isPlain(actual) ? actual[name] : undefined, inner, `${what}.${name}`);
    }
    return;
  }
  if (!isDeepStrictEqual(actual, expected)) throw differs(what, expected, actual);
}

/** Throws unless the condition holds; `actual` is what to show then. */
export function expectThat(condition: boolean, what: string, actual?: unknown): void {
  if (!condition)
    throw new Error(`expected ${what}${actual === undefined ? '' : `; it is ${show(actual)}`}`);
}

function differs(what: string, expected: unknown, actual: unknown): Error {
  return new Error(`expected ${what} to be ${show(expected)}; it is ${show(actual)}`);
}

function show(value: unknown): string {
  return JSON.stringify(value) ?? String(value);
}

function isPlain(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
