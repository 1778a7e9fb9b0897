import { z } from 'zod';

export const ReportType = z.enum([
  'GET_FLAT_FILE_ALL_ORDERS_DATA_BY_ORDER_DATE_GENERAL',
  'GET_FLAT_FILE_ALL_ORDERS_DATA_BY_LAST_UPDATE_GENERAL',
  'GET_FBA_REIMBURSEMENTS_DATA',
  'GET_FBA_FULFILLMENT_CUSTOMER_RETURNS_DATA',
]);
export type ReportType = z.infer<typeof ReportType>;

export const ReportStatus = z.enum(['IN_QUEUE', 'IN_PROGRESS', 'DONE', 'CANCELLED', 'FATAL']);
export type ReportStatus = z.infer<typeof ReportStatus>;

/** Times are epoch milliseconds of the calendar. */
export interface ReportRequest {
  readonly type: ReportType;
  readonly marketplaceIds: readonly string[];
  readonly from: number;
  /** Not included. */
  readonly to: number;
}
