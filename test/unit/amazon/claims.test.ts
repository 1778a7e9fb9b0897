import fc from 'fast-check';
import { parseClaimsReport } from '../../../amazon/claims';
import { MalformedAnswer } from '../../../amazon/errors';
import { collect, errorOf, pieces } from './local-amazon';
import { CLAIM_LINE, type ClaimLine, claimsReport } from './report-texts';

const parse = async (...lines: ClaimLine[]) =>
  (await collect(parseClaimsReport(pieces(claimsReport(lines))))).flat();

test('a line becomes a claim in UTC, with a decimal point', async () => {
  expect(await parse(CLAIM_LINE)).toEqual([
    {
      reimbursementId: '9000000001',
      approvalDate: '2025-10-06T01:30:00.000Z',
      caseId: null,
      amazonOrderId: '111-0000001-0000001',
      reason: 'Lost_warehouse',
      sku: 'POT-5',
      fnsku: 'X000000001',
      asin: 'B000000001',
      title: 'Plant pot 5" green',
      condition: 'SELLABLE',
      currency: 'EUR',
      amountPerUnit: '4.10',
      amountTotal: '8.20',
      quantityCash: 2,
      quantityInventory: 0,
      quantityTotal: 2,
      originalReimbursementId: null,
      originalReimbursementType: null,
      occurrence: 0,
    },
  ]);
});

test('a reversal is a claim with negative amounts', async () => {
  const reversal = { ...CLAIM_LINE, 'amount-total': '-8,20', 'quantity-reimbursed-cash': '-2' };
  expect(await parse(reversal)).toMatchObject([{ amountTotal: '-8.20', quantityCash: -2 }]);
});

test('lines that agree in id, date, sku, fnsku and reason are counted', async () => {
  const lines = [
    CLAIM_LINE,
    { ...CLAIM_LINE, sku: 'OTHER' },
    { ...CLAIM_LINE, 'amount-total': '1' },
    { ...CLAIM_LINE, reason: 'Damaged' },
    { ...CLAIM_LINE, 'approval-date': '2025-10-06T01:30:00+00:00' },
  ];
  expect((await parse(...lines)).map(({ occurrence }) => occurrence)).toEqual([0, 0, 1, 0, 2]);
});

test.each([
  [{ 'reimbursement-id': '' }, 'reimbursement-id is empty'],
  [{ 'quantity-reimbursed-cash': 'two' }, 'quantity-reimbursed-cash is not a whole number'],
])('a wrong cell is malformed: %o', async (change, words) => {
  const error = await errorOf(parse({ ...CLAIM_LINE, ...change }));
  expect(error).toBeInstanceOf(MalformedAnswer);
  expect(String(error)).toContain(words);
});

test('wherever a report is cut into pieces, its claims are the same', async () => {
  const text = claimsReport([CLAIM_LINE, CLAIM_LINE, { ...CLAIM_LINE, sku: 'ü"' }], '\r\n');
  const whole = await collect(parseClaimsReport(pieces(text)));
  await fc.assert(
    fc.asyncProperty(fc.nat(text.length), fc.nat(text.length), async (a, b) => {
      const [start, end] = a < b ? [a, b] : [b, a];
      const cut = pieces(text.slice(0, start), text.slice(start, end), text.slice(end));
      expect(await collect(parseClaimsReport(cut))).toEqual(whole);
    }),
  );
});
