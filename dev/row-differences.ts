import { isDeepStrictEqual } from 'node:util';
import type { ExpectedRows } from '../sandbox/expected-rows';

/** One line for each row that is missing, too many or different; none when the two agree in every value. */
export function rowDifferences(expected: ExpectedRows, stored: ExpectedRows): string[] {
  return [
    ...compared('order', expected.orders, stored.orders, (row) => row.amazonOrderId),
    ...compared('inventory', expected.inventory, stored.inventory, (row) =>
      [row.marketplaceId, row.sku, row.fnsku, row.condition].join(' '),
    ),
    ...compared('claim', expected.claims, stored.claims, (row) =>
      [
        row.reimbursementId,
        row.approvalDate,
        row.sku,
        row.fnsku,
        row.reason,
        String(row.occurrence),
      ].join(' '),
    ),
    ...compared('return', expected.returns, stored.returns, (row) =>
      [row.returnDate, row.amazonOrderId, row.sku, row.fnsku, String(row.occurrence)].join(' '),
    ),
  ];
}

function compared<Row>(
  kind: string,
  expected: readonly Row[],
  stored: readonly Row[],
  keyOf: (row: Row) => string,
): string[] {
  const differences: string[] = [];
  const left = new Map<string, Row[]>();
  for (const row of stored) left.set(keyOf(row), [...(left.get(keyOf(row)) ?? []), row]);
  for (const row of expected) {
    const key = keyOf(row);
    const found = left.get(key)?.shift();
    if (found === undefined) differences.push(`${kind} ${key} is missing`);
    else if (!isDeepStrictEqual(found, row)) {
      differences.push(
        `${kind} ${key} differs: expected ${JSON.stringify(row)}, stored ${JSON.stringify(found)}`,
      );
    }
  }
  for (const [key, rows] of left) {
    for (const _ of rows) differences.push(`${kind} ${key} should not be there`);
  }
  return differences;
}
