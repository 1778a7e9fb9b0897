import fc from 'fast-check';
import { z } from 'zod';

/** Texts that have broken something somewhere. */
const TEXTS = [
  '',
  ' ',
  '\0',
  'a\0b',
  '%',
  '%00',
  '__proto__',
  'constructor',
  'toString',
  'hasOwnProperty',
  '../../etc/passwd',
  '/',
  '//',
  "' or 1=1 --",
  '\\',
  '"',
  '{}',
  '[]',
  '[object Object]',
  'undefined',
  'null',
  'NaN',
  'Infinity',
  '-0',
  '1e400',
  '0x10',
  '2147483648',
  '9007199254740993',
  '99999999999999999999',
  '9'.repeat(400),
  '\u202eabc',
  '\ufeff',
  'ﬀ',
  '😀',
  'e\u0301',
  'a'.repeat(3_000),
  '0000-01-01',
  '0000-01-01T00:00:00.000Z',
  '0001-01-01T00:00:00+23:59',
  '9999-12-31T23:59:59.999Z',
  '9999-12-31T23:59:59-23:59',
  '2026-02-30',
  '+275760-09-13T00:00:00.000Z',
  '-271821-04-20T00:00:00.000Z',
  '2016-12-31T23:59:60Z',
];

/** Zones by form, which PostgreSQL reads as it likes or does not know. */
const ZONES = [
  'Asia/Tokyo',
  'posix/UTC',
  'Factory',
  'A+99999',
  'UTC+200',
  'GMT-0',
  'EST5EDT',
  'Etc/GMT+12',
  'a',
];

export const rubbishText: fc.Arbitrary<string> = fc.oneof(
  fc.constantFrom(...TEXTS, ...ZONES),
  fc.string({ unit: 'binary', maxLength: 30 }),
  fc.string({ unit: 'grapheme', maxLength: 30 }),
);

/** Values of JSON of any kind, of any names. */
export const rubbishJson: fc.Arbitrary<unknown> = fc.letrec((tie) => ({
  value: fc.oneof(
    { maxDepth: 3, withCrossShrink: true },
    rubbishText,
    fc.constantFrom(null, true, false, 0, -1, 1.5, 1e308, -(2 ** 53), 2 ** 31),
    fc.double({ noNaN: true, noDefaultInfinity: true }),
    fc.array(tie('value'), { maxLength: 4 }),
    fc.dictionary(rubbishText, tie('value'), { maxKeys: 4 }),
  ),
})).value;

/** Values of which a list's key could be one, and of which PostgreSQL takes not all. */
const KEY_PARTS = [
  '0000-01-01T00:00:00.000Z',
  '9999-12-31T23:59:59.999Z',
  '2026-01-01T00:00:00.123456789012Z',
  '2026-01-01T00:00:00+00:00',
  '00000000-0000-0000-0000-000000000000',
  'ffffffff-ffff-ffff-ffff-ffffffffffff',
  '999999999999999999',
  '-1.5',
  `${'9'.repeat(100)}.${'9'.repeat(100)}`,
  2_147_483_647,
  -2_147_483_648,
  2_147_483_648,
  '\ud800',
  '\0',
];

/** A list's cursor that is real but for one part of its key, with the sort that it goes with. */
export function nearlyCursor(cursor: string): fc.Arbitrary<{ sort: string; cursor: string }> {
  const [sort = '', ...key] = z
    .array(z.unknown())
    .parse(JSON.parse(Buffer.from(cursor, 'base64url').toString('utf8')));
  return fc
    .tuple(
      fc.nat(Math.max(key.length - 1, 0)),
      fc.oneof(fc.constantFrom<unknown>(...KEY_PARTS), rubbishText, rubbishJson),
    )
    .map(([at, part]) => ({
      sort: String(sort),
      cursor: Buffer.from(JSON.stringify([sort, ...key.with(at, part)])).toString('base64url'),
    }));
}
