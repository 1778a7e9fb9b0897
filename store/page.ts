import { z } from 'zod';

/** Which slice of a list is wanted. */
export interface PageRequest {
  limit: number;
  /** Of the slice before. */
  cursor?: string;
}

/** The same, in one of the list's orders. */
export interface SortedPageRequest<Sort extends string> extends PageRequest {
  /** Default: the list's own. */
  sort?: Sort;
}

/** A slice of rows in a stable order, and where the next one starts. */
export interface Slice<Row> {
  rows: Row[];
  /** Null on the last page. */
  nextCursor: string | null;
}

/** A slice, and how many rows the filters leave on all pages. */
export interface Page<Row> extends Slice<Row> {
  total: number;
}

/** Counts the rows that a list's filters leave, or knows from before how many they are. */
export type TotalOf = (count: () => Promise<number>) => Promise<number>;

export const countedNow: TotalOf = (count) => count();

/** Rows that a download asks for at a time: each is one short statement. */
const DOWNLOAD_SLICE = 1_000;

/**
 * All rows of a list, a slice at a time. One that is there from beginning to end comes exactly once, unless what
 * the list is sorted by changes in it meanwhile.
 */
export async function* allRows<Row>(
  slice: (page: PageRequest) => Promise<Slice<Row>>,
): AsyncGenerator<Row[]> {
  let cursor: string | undefined;
  do {
    const { rows, nextCursor } = await slice({ limit: DOWNLOAD_SLICE, cursor });
    yield rows;
    cursor = nextCursor ?? undefined;
  } while (cursor !== undefined);
}

/** Makes a slice of what was found: one row more than asked for tells that there is a next one. */
export function sliceOf<Found, Row>(
  found: readonly Found[],
  { limit }: PageRequest,
  sort: string,
  toRow: (found: Found) => Row,
  keyOf: (found: Found) => readonly unknown[],
): Slice<Row> {
  const rows = found.slice(0, limit);
  const last = rows.at(-1);
  const isLast = last === undefined || found.length <= limit;
  return {
    rows: rows.map(toRow),
    nextCursor: isLast ? null : encodeCursor([sort, ...keyOf(last)]),
  };
}

/** A cursor that this service did not make, or made for another list or another sort. */
export class InvalidCursor extends Error {
  override readonly name = 'InvalidCursor';

  constructor() {
    super('The cursor is not valid; start again without one');
  }
}

/** Writes the sort and, by it, the key of the last row of a page. Not secret, and checked when it comes back. */
export function encodeCursor(key: readonly unknown[]): string {
  return Buffer.from(JSON.stringify(key)).toString('base64url');
}

/** A time in a cursor. PostgreSQL has no year 0. */
export const TimeKey = z.iso.datetime().refine((text) => !text.startsWith('0000'));

/** An id that counts up, in a cursor: a bigint, which JavaScript's numbers cannot hold. */
export const IdKey = z.string().regex(/^\d{1,18}$/);

/** The key in a cursor. Throws {@link InvalidCursor}, also where it is one of another sort. */
export function decodeCursor<Key>(cursor: string, sort: string, schema: z.ZodType<Key>): Key {
  try {
    const text = Buffer.from(cursor, 'base64url').toString('utf8');
    if (text.includes('\\u0000')) throw new InvalidCursor();
    const [itsSort, ...key] = z.array(z.unknown()).parse(JSON.parse(text));
    if (itsSort !== sort) throw new InvalidCursor();
    return schema.parse(key);
  } catch {
    throw new InvalidCursor();
  }
}
