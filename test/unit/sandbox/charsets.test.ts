import { createEncoder, createFits } from '../../../sandbox/charsets';
import { expectedRows } from '../../../sandbox/expected-rows';
import { generateSeller } from '../../../sandbox/generate-seller';

test.each([
  ['Cp1252', 'windows-1252', 'Café Crème – 2er Set, Grün & “quoted” €5\t12" \\ 6\' ÿ\r\n'],
  ['Shift_JIS', 'shift_jis', '南部鉄器 急須 0.6L 日本製 ワイヤレス ﾊﾝｶｸ 表示 12" 100%\t\r\n'],
] as const)('what is written in %s is read again by %s', (charset, label, text) => {
  const decoder = new TextDecoder(label, { fatal: true });
  const bytes = createEncoder(charset)(text);
  // All at once, Node 20 would read Cp1252 as Latin-1.
  expect(decoder.decode(bytes, { stream: true }) + decoder.decode()).toBe(text);
  expect(createFits(charset)(text)).toBe(true);
});

test('a character that a charset lacks becomes a question mark', () => {
  expect(createEncoder('Cp1252')('鉄é🦆x').toString('latin1')).toBe('?é?x');
  expect(createFits('Cp1252')('鉄')).toBe(false);
  expect(createFits('Shift_JIS')('é')).toBe(false);
});

test.each([
  ['Cp1252', /é/],
  ['Shift_JIS', /日本製/],
] as const)(
  'a seller can have titles and SKUs that fit %s, not all of them plain',
  (charset, odd) => {
    const now = Date.parse('2025-06-15T06:00:00Z');
    const seller = generateSeller({ kind: 'generated', seed: 4, charset }, now);
    const { orders, inventory, claims } = expectedRows(seller);
    const lines = [...orders.flatMap(({ items }) => items), ...inventory, ...claims];
    const texts = lines.flatMap(({ title, sku }) => [title, sku]);
    expect(createFits(charset)(texts.join())).toBe(true);
    expect(texts.some((text) => odd.test(text))).toBe(true);
  },
);
