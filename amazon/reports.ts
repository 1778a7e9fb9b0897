import { z } from 'zod';
import type { CallApi } from './api-client';
import { MalformedAnswer } from './errors';
import { UtcTime } from './times';

/** The reports that this service asks for. */
export const REPORT_TYPES = {
  /** One line per order item, by order date; at most 30 days each, two years back. */
  ordersByOrderDate: 'GET_FLAT_FILE_ALL_ORDERS_DATA_BY_ORDER_DATE_GENERAL',
  ordersByLastUpdate: 'GET_FLAT_FILE_ALL_ORDERS_DATA_BY_LAST_UPDATE_GENERAL',
  /** FBA reimbursements of the whole account in a region, whatever the marketplace. */
  claims: 'GET_FBA_REIMBURSEMENTS_DATA',
} as const;

const MADE_ANY_TIME = new Set<string>([
  REPORT_TYPES.ordersByOrderDate,
  REPORT_TYPES.ordersByLastUpdate,
]);

/**
 * Whether Amazon makes such a report as often as it is asked. It does so for orders; all others it makes only once in a
 * time, four hours for daily ones (Reports API, "Fulfillment by Amazon (FBA) Reports").
 */
export function isMadeAnyTime(reportType: string): boolean {
  return MADE_ANY_TIME.has(reportType);
}

export const ReportStatus = z.enum(['IN_QUEUE', 'IN_PROGRESS', 'DONE', 'CANCELLED', 'FATAL']);
export type ReportStatus = z.infer<typeof ReportStatus>;

export interface ReportRequest {
  reportType: string;
  /** 1 to 25. */
  marketplaceIds: readonly string[];
  /** ISO UTC. */
  from: string;
  to: string;
}

export interface ReportSearch {
  reportType: string;
  /** ISO UTC; Amazon keeps reports for 90 days. */
  createdSince: string;
}

export interface Report {
  reportId: string;
  reportType: string;
  status: ReportStatus;
  /** ISO UTC, as is `to`: the range of the data. */
  from: string | null;
  to: string | null;
  marketplaceIds: string[];
  createdTime: string;
  /** Set once the report is DONE, and for some FATAL ones whose document says why. */
  documentId: string | null;
}

const ReportAnswer = z
  .object({
    reportId: z.string().min(1),
    reportType: z.string(),
    // A state that this code does not know is not an end. Whoever waits has a limit of its own.
    processingStatus: z.string().transform((word) => ReportStatus.catch('IN_PROGRESS').parse(word)),
    dataStartTime: UtcTime.nullish(),
    dataEndTime: UtcTime.nullish(),
    marketplaceIds: z.array(z.string()).nullish(),
    createdTime: UtcTime,
    reportDocumentId: z.string().nullish(),
  })
  .transform(
    (report): Report => ({
      reportId: report.reportId,
      reportType: report.reportType,
      status: report.processingStatus,
      from: report.dataStartTime ?? null,
      to: report.dataEndTime ?? null,
      marketplaceIds: report.marketplaceIds ?? [],
      createdTime: report.createdTime,
      documentId: report.reportDocumentId ?? null,
    }),
  );

const Created = z.object({ reportId: z.string().min(1) });

const Reports = z.object({ reports: z.array(ReportAnswer), nextToken: z.string().nullish() });

const PATH = '/reports/2021-06-30/reports';

// 100 a page: 5,000 reports of one type within 90 days. More is Amazon sending the same page for ever.
const MAX_PAGES = 50;

/** Asks for a report; not idempotent. Gives the report's id. */
export async function createReport(
  call: CallApi,
  { reportType, marketplaceIds, from, to }: ReportRequest,
  signal: AbortSignal,
): Promise<string> {
  const body = { reportType, marketplaceIds, dataStartTime: from, dataEndTime: to };
  const { value } = await call(
    { operation: 'createReport', path: PATH, body, answer: Created },
    signal,
  );
  return value.reportId;
}

// Taken for one with nothing in it, it would be a month of orders that nobody misses.
const OneReport = ReportAnswer.refine(
  ({ status, documentId }) => status !== 'DONE' || documentId !== null,
  { path: ['reportDocumentId'] },
);

/** How far a report is; one that is done has a document. */
export async function getReport(
  call: CallApi,
  reportId: string,
  signal: AbortSignal,
): Promise<Report> {
  const path = `${PATH}/${encodeURIComponent(reportId)}`;
  return (await call({ operation: 'getReport', path, answer: OneReport }, signal)).value;
}

/** All reports of a type that were created since a time, in Amazon's order. One call for each 100. */
export async function findReports(
  call: CallApi,
  { reportType, createdSince }: ReportSearch,
  signal: AbortSignal,
): Promise<Report[]> {
  const found: Report[] = [];
  let query: Record<string, string> = { reportTypes: reportType, createdSince, pageSize: '100' };
  for (let page = 0; ; page += 1) {
    const { value, requestId } = await call(
      { operation: 'getReports', path: PATH, query, paged: page > 0, answer: Reports },
      signal,
    );
    found.push(...value.reports);
    if (!value.nextToken) return found;
    if (page + 1 === MAX_PAGES) {
      const occasion = { operation: 'getReports', requestId, status: 200 } as const;
      throw new MalformedAnswer(occasion, `getReports: more than ${MAX_PAGES} pages of reports`);
    }
    // Beside a token no other parameter is allowed (Reports API 2021-06-30, getReports).
    query = { nextToken: value.nextToken };
  }
}
