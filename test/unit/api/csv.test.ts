import { csvLines } from '../../../api/csv';

async function* rows(...texts: string[]) {
  yield texts.map((text) => ({ text }));
}

async function textOf(lines: AsyncIterable<string>): Promise<string> {
  let text = '';
  for await (const line of lines) text += line;
  return text;
}

const column = (kind: 'text' | 'number') => ({
  title: 'title',
  kind,
  value: ({ text }: { text: string }) => text,
});

test.each([
  '=1+1',
  '+1',
  '-1',
  '@SUM(A1)',
  '\t=1',
  '\r=1',
  '\n=1',
  '＝1+1',
  '＋1',
  '－1',
  '＠SUM(A1)',
])('the text %j, which a spreadsheet could run, has an apostrophe before it', async (text) => {
  const file = await textOf(csvLines([column('text')], rows(text)));
  expect(file.replace(/^.*\r\n"?/, '').startsWith(`'${text}`)).toBe(true);
});

test.each(['a=1', ' =1', '1-1', 'a@b'])('the text %j is left as it is', async (text) => {
  const file = await textOf(csvLines([column('text')], rows(text)));
  expect(file).toBe(`\uFEFFtitle\r\n${text}\r\n`);
});

test('a negative amount is a number, and no formula', async () => {
  const file = await textOf(csvLines([column('number')], rows('-1.50')));
  expect(file).toBe('\uFEFFtitle\r\n-1.50\r\n');
});
