import { randomInt, randomUUID } from 'node:crypto';
import type { SandboxClock } from './clock';
import { generateReport, type ReportLines } from './generate-report';
import { createRandom } from './random';
import type { ReportRequest, ReportStatus, ReportType } from './report-words';
import type { SandboxSeller } from './sandbox-seller';

/** How a report ends whatever its data; one that is STUCK waits for ever. */
export type ScriptedOutcome = 'FATAL' | 'CANCELLED' | 'STUCK';

export interface SandboxReport extends ReportRequest {
  readonly reportId: string;
  readonly createdAt: number;
  readonly startedAt: number | null;
  readonly endedAt: number | null;
  readonly status: ReportStatus;
  readonly documentId: string | null;
}

export interface ReportDocument {
  readonly sellerId: string;
  readonly type: ReportType;
  readonly lines: ReportLines;
}

/**
 * The reports of all sellers. Nothing runs while nobody looks: how far a report is follows from the time that has
 * passed, and one that has ended picks its data when somebody looks for the first time, or when the seller is
 * about to change.
 */
export interface Reports {
  create(
    seller: SandboxSeller,
    request: ReportRequest,
    scripted: ScriptedOutcome | null,
  ): SandboxReport;
  find(seller: SandboxSeller, reportId: string): SandboxReport | undefined;
  /** Newest first. */
  list(seller: SandboxSeller): SandboxReport[];
  document(documentId: string): ReportDocument | undefined;
  /** Gives the reports that have ended their data, as the seller is now. */
  settle(seller: SandboxSeller): void;
}

export interface ReportsOptions {
  clock: SandboxClock;
  /** How long a report takes, in Amazon's seconds: drawn from a range, or told for each. */
  seconds: { min: number; max: number } | (() => number);
  /** How long after a daily report Amazon makes no other of its type, in its seconds; 0 for no such limit. */
  regenerationSeconds: number;
}

/** A report as it was asked for, and its end once it is known. Elapsed times are Amazon's seconds. */
interface Order {
  readonly reportId: string;
  readonly request: ReportRequest;
  readonly createdAt: number;
  readonly created: number;
  readonly duration: number;
  readonly scripted: ScriptedOutcome | null;
  ended: { status: 'DONE' | 'CANCELLED' | 'FATAL'; documentId: string | null } | null;
}

const DAILY = new Set<ReportType>([
  'GET_FBA_REIMBURSEMENTS_DATA',
  'GET_FBA_FULFILLMENT_CUSTOMER_RETURNS_DATA',
]);

export function createReports({ clock, seconds, regenerationSeconds }: ReportsOptions): Reports {
  const random = createRandom('report durations');
  const duration =
    typeof seconds === 'function'
      ? seconds
      : () => seconds.min + random.next() * (seconds.max - seconds.min);
  const bySeller = new Map<string, Map<string, Order>>();
  const documents = new Map<string, ReportDocument>();

  const of = ({ sellerId }: SandboxSeller) => {
    const orders = bySeller.get(sellerId) ?? new Map<string, Order>();
    bySeller.set(sellerId, orders);
    return orders;
  };

  function settle(seller: SandboxSeller): void {
    const now = clock.elapsed();
    for (const order of of(seller).values())
      if (!order.ended && order.scripted !== 'STUCK' && now >= order.created + order.duration)
        order.ended = order.scripted
          ? { status: order.scripted, documentId: null }
          : endOf(seller, order.request);
  }

  function endOf(seller: SandboxSeller, request: ReportRequest): NonNullable<Order['ended']> {
    const { status, lines } = generateReport(seller, request);
    if (!lines) return { status, documentId: null };
    const documentId = `amzn1.spdoc.1.4.na.${randomUUID()}`;
    documents.set(documentId, { sellerId: seller.sellerId, type: request.type, lines });
    return { status, documentId };
  }

  /** Whether a report of the type was made so lately that Amazon does not make it again. */
  function isTooSoon(seller: SandboxSeller, type: ReportType): boolean {
    if (!DAILY.has(type)) return false;
    const now = clock.elapsed();
    return [...of(seller).values()].some(
      ({ request, ended, created, duration }) =>
        request.type === type &&
        ended?.status === 'DONE' &&
        now - (created + duration) < regenerationSeconds,
    );
  }

  return {
    create(seller, request, scripted) {
      settle(seller);
      const order: Order = {
        reportId: String(randomInt(50_000_000_000, 99_999_999_999)),
        request,
        createdAt: clock.now(),
        created: clock.elapsed(),
        duration: duration(),
        scripted: scripted ?? (isTooSoon(seller, request.type) ? 'CANCELLED' : null),
        ended: null,
      };
      of(seller).set(order.reportId, order);
      return reportOf(order, clock);
    },
    find(seller, reportId) {
      settle(seller);
      const order = of(seller).get(reportId);
      return order && reportOf(order, clock);
    },
    list(seller) {
      settle(seller);
      return [...of(seller).values()].reverse().map((order) => reportOf(order, clock));
    },
    document: (documentId) => documents.get(documentId),
    settle,
  };
}

function reportOf(order: Order, clock: SandboxClock): SandboxReport {
  const { request, reportId, createdAt, created, duration, scripted, ended } = order;
  // A quarter of its time a report is queued.
  const queued = duration / 4;
  const started = scripted !== 'STUCK' && clock.elapsed() >= created + queued;
  // Where Amazon's clock runs fast, so much of the calendar has not passed yet.
  const after = (seconds: number) => Math.min(createdAt + seconds * 1000, clock.now());
  return {
    ...request,
    reportId,
    createdAt,
    startedAt: started ? after(queued) : null,
    endedAt: ended ? after(duration) : null,
    status: ended?.status ?? (started ? 'IN_PROGRESS' : 'IN_QUEUE'),
    documentId: ended?.documentId ?? null,
  };
}
