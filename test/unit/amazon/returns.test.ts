import { MalformedAnswer } from '../../../amazon/errors';
import { parseReturnsReport } from '../../../amazon/returns';
import { collect, errorOf, pieces } from './local-amazon';
import { RETURN_LINE, type ReturnLine, returnsReport } from './report-texts';

const parse = async (...lines: ReturnLine[]) =>
  (await collect(parseReturnsReport(pieces(returnsReport(lines))))).flat();

test('a line becomes a return in UTC, without what the buyer wrote', async () => {
  expect(await parse(RETURN_LINE)).toEqual([
    {
      returnDate: '2025-10-06T01:30:00.000Z',
      amazonOrderId: '111-0000001-0000001',
      sku: 'POT-5',
      asin: 'B000000001',
      fnsku: 'X000000001',
      title: 'Plant pot 5" green',
      quantity: 1,
      fulfillmentCenterId: 'LEX2',
      disposition: 'CUSTOMER_DAMAGED',
      reason: 'UNWANTED_ITEM',
      status: 'Unit returned to inventory',
      licensePlateNumber: 'LPNRR123456789',
      occurrence: 0,
    },
  ]);
});

test('lines that agree in date, order, sku and fnsku are counted, whatever Amazon made of the units', async () => {
  const lines = [
    RETURN_LINE,
    { ...RETURN_LINE, sku: 'OTHER' },
    { ...RETURN_LINE, 'license-plate-number': '' },
    { ...RETURN_LINE, 'order-id': '111-0000002-0000002' },
    { ...RETURN_LINE, reason: 'DEFECTIVE', 'return-date': '2025-10-06T01:30:00+00:00' },
  ];
  expect((await parse(...lines)).map(({ occurrence }) => occurrence)).toEqual([0, 0, 1, 0, 2]);
});

test.each([
  [{ 'order-id': '' }, 'order-id is empty'],
  [{ 'return-date': 'soon' }, 'return-date is not a time'],
  [{ quantity: 'one' }, 'quantity is not a whole number'],
])('a line with %j is refused, with where but not what', async (change, why) => {
  const error = await errorOf(parse({ ...RETURN_LINE, ...change }));
  expect(error).toBeInstanceOf(MalformedAnswer);
  expect(error).toMatchObject({ message: expect.stringContaining(`Line 2 of the report: ${why}`) });
});

test('a tab in what the buyer wrote keeps no return out', async () => {
  const lines = [
    { ...RETURN_LINE, 'customer-comments': 'Too small\tfor me\t\tJane' },
    { ...RETURN_LINE, 'order-id': '111-0000002-0000002' },
  ];
  expect((await parse(...lines)).map(({ amazonOrderId }) => amazonOrderId)).toEqual([
    '111-0000001-0000001',
    '111-0000002-0000002',
  ]);
});

test('nor does a carriage return, nor line ends between two lines', async () => {
  const commented = (text: string) =>
    parse({ ...RETURN_LINE, 'customer-comments': text }, RETURN_LINE);
  expect(await commented('Too small\rfor me')).toHaveLength(2);
  expect(await commented('Too small\nfor me\n\nJane')).toHaveLength(2);
});

test('a line end in the last comment is taken for a file that breaks off, as is a line with some of its cells', async () => {
  const commented = { ...RETURN_LINE, 'customer-comments': 'Too small\nfor me' };
  const broken = `${returnsReport([RETURN_LINE])}2025-10-06T00:00:00+00:00\tO-1\n`;
  for (const reading of [parse(commented), collect(parseReturnsReport(pieces(broken)))]) {
    const error = await errorOf(reading);
    expect(error).toBeInstanceOf(MalformedAnswer);
    expect(error).toMatchObject({ message: 'Line 3 of the report breaks off' });
  }
});

test('more cells are refused where the last column is another one', async () => {
  const text = returnsReport([RETURN_LINE]).replace('customer-comments', 'another-column');
  const error = await errorOf(collect(parseReturnsReport(pieces(text.trimEnd(), '\tmore\n'))));
  expect(error).toMatchObject({
    message: 'Line 2 of the report has more cells than the header',
  });
});

test('columns that a region lacks are unknown', async () => {
  const text = 'return-date\torder-id\tsku\tquantity\n2025-10-06T00:00:00+00:00\tO-1\tA\t2\n';
  expect((await collect(parseReturnsReport(pieces(text)))).flat()).toMatchObject([
    { quantity: 2, fnsku: null, status: null, licensePlateNumber: null },
  ]);
});
