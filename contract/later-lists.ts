import type { z } from 'zod';
import type { LaterResource } from './resources';
import { RETURNS_LIST } from './returns';

/** A row of a later resource, as it is answered. */
export type LaterRow = Readonly<Record<string, string | number | null>>;

/** A column of a later resource's file: title, field, and how a spreadsheet should take it. */
export type LaterColumn<Field extends string = string> = readonly [
  title: string,
  field: Field,
  kind: 'text' | 'number',
];

/**
 * The endpoint of a later resource: `GET …/amazon/<resource>`, with the filters `from` (included), `to` (not), `orderId`,
 * `sku`, `asin` and `reason`.
 */
export interface LaterList {
  /** The name that generated clients give it. */
  operationId: string;
  summary: string;
  row: z.ZodType;
  sort: z.ZodType<string>;
  /** One of `sort`. */
  defaultSort: string;
  csv: readonly LaterColumn[];
}

export const LATER_LISTS: Readonly<Record<LaterResource, LaterList>> = { returns: RETURNS_LIST };
