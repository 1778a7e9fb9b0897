import { parseClaimsReport } from '../../../amazon/claims';
import { parseReturnsReport } from '../../../amazon/returns';
import { collect, pieces } from './local-amazon';
import { CLAIM_LINE, claimsReport, RETURN_LINE, returnsReport } from './report-texts';

/** The lines of a report that all agree but for an id, null for that of all others, and the batches they come in. */
const REPORTS = {
  claims: (ids: readonly (string | null)[]) => {
    const lines = ids.map((id) => ({
      ...CLAIM_LINE,
      ...(id !== null && { 'reimbursement-id': id }),
    }));
    return collect(parseClaimsReport(pieces(claimsReport(lines))));
  },
  returns: (ids: readonly (string | null)[]) => {
    const lines = ids.map((id) => ({ ...RETURN_LINE, ...(id !== null && { 'order-id': id }) }));
    return collect(parseReturnsReport(pieces(returnsReport(lines))));
  },
};

describe.each(['claims', 'returns'] as const)('%s', (name) => {
  const batchesOf = REPORTS[name];

  test('come in batches of 500, and more where lines that agree would else be parted', async () => {
    const ids = Array.from({ length: 1_001 }, (_, index) =>
      index >= 499 && index <= 501 ? 'the same' : String(index),
    );
    const batches = await batchesOf(ids);
    expect(batches.map((batch) => batch.length)).toEqual([502, 499]);
    expect(batches[0]?.slice(-3).map(({ occurrence }) => occurrence)).toEqual([0, 1, 2]);
  });

  test('that agree and are apart are counted on over batches', async () => {
    const others = Array.from({ length: 600 }, (_, index) => String(index));
    const batches = await batchesOf([null, ...others, null]);
    expect(batches.map((batch) => batch.length)).toEqual([500, 102]);
    expect(batches[1]?.at(-1)?.occurrence).toBe(1);
  });

  test('come in batches too where all of them agree', async () => {
    const batches = await batchesOf(Array(5_001).fill(null));
    expect(batches.map((batch) => batch.length)).toEqual([5_000, 1]);
    expect(batches[1]?.[0]?.occurrence).toBe(5_000);
  });
});
