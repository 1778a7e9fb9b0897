import fc from 'fast-check';
import { jsonRows } from '../../../store/json-rows';

test('rows that PostgreSQL can hold are written as they are', () => {
  fc.assert(
    fc.property(fc.array(fc.record({ title: fc.string({ unit: 'grapheme' }) })), (rows) => {
      fc.pre(!JSON.stringify(rows).includes('\\u0000'));
      expect(JSON.parse(jsonRows(rows))).toEqual(rows);
    }),
  );
});

test('NULs are dropped and half characters replaced, wherever they are', () => {
  const rows = [{ title: 'a\0b', items: [{ title: 'half \ud83d of one' }], quantity: 1 }];
  expect(JSON.parse(jsonRows(rows))).toEqual([
    { title: 'ab', items: [{ title: 'half \ufffd of one' }], quantity: 1 },
  ]);
});

test('a text that only spells an escape is left alone', () => {
  const rows = [{ title: 'C:\\u0000\\ud83d' }, { title: '🛒 whole' }];
  expect(JSON.parse(jsonRows(rows))).toEqual(rows);
});
