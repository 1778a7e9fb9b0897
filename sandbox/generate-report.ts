import { bulkOrdersWithin } from './bulk-orders';
import { renderClaimsReport } from './render-claims-report';
import { renderOrdersReport } from './render-orders-report';
import { renderReturnsReport } from './render-returns-report';
import type { ReportRequest } from './report-words';
import type { SandboxOrder, SandboxSeller } from './sandbox-seller';

/** Renders the lines of a document anew for each download. */
export type ReportLines = () => Iterable<string>;

export type GeneratedReport =
  | { status: 'DONE'; lines: ReportLines }
  | { status: 'CANCELLED' | 'FATAL'; lines: null };

const THIRTY_DAYS = 30 * 86_400_000;

/**
 * Picks the data of a report as the seller is now. Only references are kept, and of bulk orders only their range:
 * the text of a large report exists no further than the piece that is being sent.
 */
export function generateReport(
  seller: SandboxSeller,
  { type, marketplaceIds, from, to }: ReportRequest,
): GeneratedReport {
  const within = (time: number) => time >= from && time < to;

  if (type === 'GET_FBA_REIMBURSEMENTS_DATA') {
    // Once for the whole account, whichever marketplaces were named; without data Amazon cancels it.
    const claims = seller.claims.filter(({ approvedAt }) => within(approvedAt));
    if (claims.length === 0) return { status: 'CANCELLED', lines: null };
    return { status: 'DONE', lines: () => renderClaimsReport(claims, seller.region) };
  }

  if (type === 'GET_FBA_FULFILLMENT_CUSTOMER_RETURNS_DATA') {
    const returns = seller.returns.filter(({ returnedAt }) => within(returnedAt));
    if (returns.length === 0) return { status: 'CANCELLED', lines: null };
    return { status: 'DONE', lines: () => renderReturnsReport(returns) };
  }

  if (to - from > THIRTY_DAYS) return { status: 'FATAL', lines: null };
  const byUpdate = type === 'GET_FLAT_FILE_ALL_ORDERS_DATA_BY_LAST_UPDATE_GENERAL';
  const time = byUpdate ? 'updatedAt' : 'purchasedAt';
  const orders = seller.orders.filter(
    (order) => within(order[time]) && marketplaceIds.includes(order.marketplaceId),
  );
  const [home] = seller.marketplaceIds;
  const hasBulk = home !== undefined && marketplaceIds.includes(home);
  function* all(): Generator<SandboxOrder> {
    yield* orders;
    if (hasBulk) yield* bulkOrdersWithin(seller, time, from, to);
  }
  return { status: 'DONE', lines: () => renderOrdersReport(all()) };
}
