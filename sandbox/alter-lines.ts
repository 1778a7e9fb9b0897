import type { DocumentFaults } from './document-faults';

/** Every column of either report that holds an amount of money. */
const AMOUNTS: ReadonlySet<string> = new Set([
  'item-price',
  'item-tax',
  'shipping-price',
  'shipping-tax',
  'gift-wrap-price',
  'gift-wrap-tax',
  'item-promotion-discount',
  'ship-promotion-discount',
  'amount-per-unit',
  'amount-total',
]);

/** The same table, written as Amazon also writes it. The first line is the header. */
export function* alterLines(
  lines: Iterable<string>,
  { columns, decimalComma }: Pick<DocumentFaults, 'columns' | 'decimalComma'>,
): Generator<string> {
  let header: readonly string[] | null = null;
  for (const line of lines) {
    const [text = '', end = ''] = line.split(/(\r?\n)$/);
    let cells = text.split('\t');
    const isHeader = header === null;
    header ??= cells;
    if (decimalComma && !isHeader) cells = withDecimalCommas(cells, header);
    if (columns) cells = reordered(cells, isHeader);
    yield cells.join('\t') + end;
  }
}

function withDecimalCommas(cells: readonly string[], header: readonly string[]): string[] {
  return cells.map((cell, position) =>
    AMOUNTS.has(header[position] ?? '') ? cell.replace('.', ',') : cell,
  );
}

/** The last column first, with one that is unknown in front and one in the middle. */
function reordered(cells: readonly string[], isHeader: boolean): string[] {
  const unknown = (number: number) => (isHeader ? `future-column-${number}` : `future ${number}`);
  const reversed = [...cells].reverse();
  return [unknown(1), ...reversed.toSpliced(Math.floor(cells.length / 2), 0, unknown(2))];
}
