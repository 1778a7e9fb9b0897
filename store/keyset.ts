import { type RawBuilder, sql } from 'kysely';

/**
 * The order of a list. Its columns are together unique and all go the same way, so that one comparison of tuples
 * finds where the next slice starts, and an index over them gives the slice without sorting.
 */
export interface Keyset {
  columns: readonly RawBuilder<unknown>[];
  descending: boolean;
}

/** Sorts are named after what they sort by, with a minus before it where the largest comes first. */
export function isDescending(sort: string): boolean {
  return sort.startsWith('-');
}

/** What comes after a row, by its values in the keyset's columns. */
export function comesAfter(
  { columns, descending }: Keyset,
  key: readonly unknown[],
): RawBuilder<boolean> {
  const isBeyond = sql.raw(descending ? '<' : '>');
  return sql<boolean>`(${sql.join(columns)}) ${isBeyond} (${sql.join(key)})`;
}

export function inOrder({ columns, descending }: Keyset): RawBuilder<unknown> {
  const way = sql.raw(descending ? 'desc' : 'asc');
  return sql.join(columns.map((column) => sql`${column} ${way}`));
}
