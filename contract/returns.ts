import { z } from 'zod';
import type { LaterColumn, LaterList } from './later-lists';

const Text = z.string().nullable();

/**
 * One line of Amazon's report of customer returns. What the buyer wrote (`customer-comments`) may tell who they are, and
 * is not read.
 */
export const ReturnRow = z
  .object({
    id: z.string().describe('Names this row for good; no other of the list has it'),
    returnDate: z.iso.datetime(),
    orderId: z.string(),
    sku: z.string(),
    asin: Text,
    fnsku: Text,
    title: Text,
    quantity: z.number().int(),
    fulfillmentCenterId: Text,
    disposition: Text.describe('What Amazon found, such as `SELLABLE` or `CUSTOMER_DAMAGED`'),
    reason: Text.describe('The buyer’s, such as `UNWANTED_ITEM`'),
    status: Text.describe('What became of it, such as `Unit returned to inventory`'),
    licensePlateNumber: Text.describe('Amazon’s label on the unit'),
  })
  .meta({ id: 'ReturnRow', description: 'One line of an FBA customer return' });
export type ReturnRow = z.infer<typeof ReturnRow>;

/** How the list can be sorted; the first is the default. */
export const ReturnSort = z.enum(['-returnDate', 'returnDate']);
export type ReturnSort = z.infer<typeof ReturnSort>;

const COLUMNS: readonly LaterColumn<keyof ReturnRow>[] = [
  ['return date', 'returnDate', 'text'],
  ['order id', 'orderId', 'text'],
  ['sku', 'sku', 'text'],
  ['fnsku', 'fnsku', 'text'],
  ['asin', 'asin', 'text'],
  ['title', 'title', 'text'],
  ['quantity', 'quantity', 'number'],
  ['reason', 'reason', 'text'],
  ['disposition', 'disposition', 'text'],
  ['status', 'status', 'text'],
  ['fulfillment center', 'fulfillmentCenterId', 'text'],
  ['license plate number', 'licensePlateNumber', 'text'],
];

export const RETURNS_LIST: LaterList = {
  operationId: 'listReturns',
  summary: 'List FBA customer returns, newest first',
  row: ReturnRow,
  sort: ReturnSort,
  defaultSort: '-returnDate',
  csv: COLUMNS,
};
