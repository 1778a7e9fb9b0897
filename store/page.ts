import type { z } from 'zod';

/** A slice of rows in a stable order, and where the next one starts. */
export interface Page<Row> {
  rows: Row[];
  /** Rows that the filters leave, on all pages. */
  total: number;
  /** Null on the last page. */
  nextCursor: string | null;
}

/** A cursor that this service did not make, or made for another list. */
export class InvalidCursor extends Error {
  override readonly name = 'InvalidCursor';

  constructor() {
    super('The cursor is not valid; start again without one');
  }
}

/** Writes the sort key of the last row of a page. Not secret, and checked when it comes back. */
export function encodeCursor(key: readonly unknown[]): string {
  return Buffer.from(JSON.stringify(key)).toString('base64url');
}

/** Throws {@link InvalidCursor}. */
export function decodeCursor<Key>(cursor: string, schema: z.ZodType<Key>): Key {
  try {
    const text = Buffer.from(cursor, 'base64url').toString('utf8');
    if (text.includes('\\u0000')) throw new InvalidCursor();
    return schema.parse(JSON.parse(text));
  } catch {
    throw new InvalidCursor();
  }
}
