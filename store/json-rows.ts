/** What PostgreSQL's text cannot hold: NUL, and halves of surrogate pairs, as JSON escapes them. */
const UNSTORABLE = /\\u(0000|d[89a-f])/;

/**
 * Rows as one JSON parameter for `json_to_recordset`, which takes a third less time than its `jsonb` sibling: it reads
 * the text once and builds nothing in between. Drops the NULs and replaces the half characters that a text from outside
 * can hold and PostgreSQL refuses, rather than lose the batch for one odd title.
 */
export function jsonRows(rows: readonly unknown[]): string {
  const text = JSON.stringify(rows);
  // The pattern also meets harmless texts with a backslash in them; looking again costs them nothing else.
  return UNSTORABLE.test(text) ? JSON.stringify(rows, (_, value) => storable(value)) : text;
}

function storable(value: unknown): unknown {
  return typeof value === 'string' ? value.replaceAll('\0', '').toWellFormed() : value;
}
