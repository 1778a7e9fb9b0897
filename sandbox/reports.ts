import { randomInt, randomUUID } from 'node:crypto';
import { z } from 'zod';
import type { SandboxClock } from './clock';
import { createRandom } from './random';
import { renderClaimsReport } from './render-claims-report';
import { renderOrdersReport } from './render-orders-report';
import type { SandboxSeller } from './sandbox-seller';

export const ReportType = z.enum([
  'GET_FLAT_FILE_ALL_ORDERS_DATA_BY_ORDER_DATE_GENERAL',
  'GET_FLAT_FILE_ALL_ORDERS_DATA_BY_LAST_UPDATE_GENERAL',
  'GET_FBA_REIMBURSEMENTS_DATA',
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

export interface SandboxReport extends ReportRequest {
  readonly reportId: string;
  readonly createdAt: number;
  readonly startedAt: number | null;
  readonly endedAt: number | null;
  readonly status: ReportStatus;
  readonly documentId: string | null;
}

/** Renders the lines of a document anew for each download. */
export type ReportLines = () => Iterable<string>;

/** The reports of all sellers, each generated in its own time. */
export interface Reports {
  create(seller: SandboxSeller, request: ReportRequest): SandboxReport;
  find(seller: SandboxSeller, reportId: string): SandboxReport | undefined;
  /** Newest first. */
  list(seller: SandboxSeller): SandboxReport[];
  document(documentId: string): ReportLines | undefined;
  /** Stops all generation. */
  close(): void;
}

export interface ReportsOptions {
  clock: SandboxClock;
  /** How long a report takes, in Amazon's seconds. */
  seconds: { min: number; max: number };
}

const THIRTY_DAYS = 30 * 86_400_000;

export function createReports({ clock, seconds }: ReportsOptions): Reports {
  const random = createRandom('report durations');
  const bySeller = new Map<string, Map<string, SandboxReport>>();
  const documents = new Map<string, ReportLines>();
  const timers = new Set<() => void>();

  const of = ({ sellerId }: SandboxSeller) => {
    const reports = bySeller.get(sellerId) ?? new Map<string, SandboxReport>();
    bySeller.set(sellerId, reports);
    return reports;
  };

  function after(delay: number, action: () => void): void {
    const cancel = clock.after(delay, () => {
      timers.delete(cancel);
      action();
    });
    timers.add(cancel);
  }

  return {
    create(seller, request) {
      const reports = of(seller);
      const report: SandboxReport = {
        ...request,
        reportId: String(randomInt(50_000_000_000, 99_999_999_999)),
        createdAt: clock.now(),
        startedAt: null,
        endedAt: null,
        status: 'IN_QUEUE',
        documentId: null,
      };
      reports.set(report.reportId, report);

      const update = (change: Partial<SandboxReport>) => {
        const current = reports.get(report.reportId);
        if (current) reports.set(report.reportId, { ...current, ...change });
      };
      const duration = seconds.min + random.next() * (seconds.max - seconds.min);
      after(duration / 4, () => update({ status: 'IN_PROGRESS', startedAt: clock.now() }));
      after(duration, () => {
        const outcome = generate(seller, request);
        const documentId = outcome.lines ? `amzn1.spdoc.1.4.na.${randomUUID()}` : null;
        if (documentId && outcome.lines) documents.set(documentId, outcome.lines);
        update({ status: outcome.status, endedAt: clock.now(), documentId });
      });
      return report;
    },
    find: (seller, reportId) => of(seller).get(reportId),
    list: (seller) => [...of(seller).values()].reverse(),
    document: (documentId) => documents.get(documentId),
    close: () => {
      for (const cancel of timers) cancel();
    },
  };
}

interface Outcome {
  status: 'DONE' | 'CANCELLED' | 'FATAL';
  lines: ReportLines | null;
}

/**
 * Picks the data when generation ends. Only references are kept: the text of a large report exists no further
 * than the piece that is being sent.
 */
function generate(
  seller: SandboxSeller,
  { type, marketplaceIds, from, to }: ReportRequest,
): Outcome {
  const within = (time: number) => time >= from && time < to;

  if (type === 'GET_FBA_REIMBURSEMENTS_DATA') {
    // Once for the whole account, whichever marketplaces were named; without data Amazon cancels it.
    const claims = seller.claims.filter(({ approvedAt }) => within(approvedAt));
    if (claims.length === 0) return { status: 'CANCELLED', lines: null };
    return { status: 'DONE', lines: () => renderClaimsReport(claims, seller.region) };
  }

  if (to - from > THIRTY_DAYS) return { status: 'FATAL', lines: null };
  const byUpdate = type === 'GET_FLAT_FILE_ALL_ORDERS_DATA_BY_LAST_UPDATE_GENERAL';
  const orders = seller.orders.filter(
    (order) =>
      within(byUpdate ? order.updatedAt : order.purchasedAt) &&
      marketplaceIds.includes(order.marketplaceId),
  );
  return { status: 'DONE', lines: () => renderOrdersReport(orders) };
}
