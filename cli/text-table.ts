/** Columns as wide as their widest cell. Cells longer than `widest` are cut with an ellipsis. */
export function textTable(
  header: readonly string[],
  rows: readonly (readonly string[])[],
  widest = 40,
): string[] {
  const cut = (cell: string) => (cell.length > widest ? `${cell.slice(0, widest - 1)}…` : cell);
  const cells = [header, ...rows].map((row) => row.map(cut));
  const widths = header.map((_, column) =>
    Math.max(...cells.map((row) => row[column]?.length ?? 0)),
  );
  return cells.map((row) =>
    row
      .map((cell, column) => cell.padEnd(widths[column] ?? 0))
      .join('  ')
      .trimEnd(),
  );
}
