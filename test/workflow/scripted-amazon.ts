import type { Amazon, SellerApi } from '../../amazon/amazon';
import {
  AccessWithdrawn,
  AmazonUnavailable,
  InvalidRequest,
  MalformedAnswer,
  PaginationTokenExpired,
  QuotaExceeded,
} from '../../amazon/errors';
import type { InventoryItem } from '../../amazon/inventory';
import type { AmazonOrder } from '../../amazon/order';
import type { ReportText } from '../../amazon/report-document';
import type { Report } from '../../amazon/reports';

/** One order, as a report tells it: what makes an order, and where the buyer lives. */
export const ORDER_LINE = {
  'amazon-order-id': '111-0000001-0000001',
  'purchase-date': '2025-11-01T10:20:30+00:00',
  'last-updated-date': '2025-11-02T01:00:00+00:00',
  'order-status': 'Shipped',
  'sales-channel': 'Amazon.com',
  'product-name': 'Plant pot',
  sku: 'POT-5',
  quantity: '2',
  currency: 'USD',
  'item-price': '25.98',
  'ship-city': 'Springfield',
};

export const CLAIM_LINE = {
  'approval-date': '2025-11-03T00:00:00+00:00',
  'reimbursement-id': '9000000001',
  'product-name': 'Plant pot',
  sku: 'POT-5',
  'currency-unit': 'USD',
  'amount-total': '12.99',
};

export const RETURN_LINE = {
  'return-date': '2025-11-05T00:00:00+00:00',
  'order-id': '111-0000001-0000001',
  sku: 'POT-5',
  'product-name': 'Plant pot',
  quantity: '1',
  'customer-comments': 'Springfield',
};

export const ITEM: InventoryItem = {
  sku: 'POT-5',
  fnsku: null,
  asin: 'B000000001',
  title: 'Plant pot',
  condition: null,
  fulfillable: 7,
  inboundWorking: 0,
  inboundShipped: 0,
  inboundReceiving: 0,
  reserved: 0,
  unfulfillable: 0,
  researching: 0,
  total: 7,
  lastUpdated: null,
};

/** The same order, as a search tells it. */
export const ORDER: AmazonOrder = {
  amazonOrderId: ORDER_LINE['amazon-order-id'],
  marketplaceId: 'ATVPDKIKX0DER',
  salesChannel: 'Amazon.com',
  purchaseDate: '2025-11-01T10:20:30.000Z',
  lastUpdated: '2025-11-02T01:00:00.000Z',
  status: 'SHIPPED',
  fulfilledBy: null,
  isBusiness: null,
  currency: null,
  total: null,
  items: [],
};

/** Parts of the rows above that belong into the database and nowhere else. */
export const ROW_TEXTS = ['111-0000001-0000001', 'Plant pot', 'POT-5', 'Springfield', '9000000001'];

/** A seller with one row of each kind, whose reports are done at once. A test replaces what it is about. */
export function scriptedAmazon(script: Partial<SellerApi>): Amazon {
  let reports = 0;
  const seller: SellerApi = {
    authorize: async () => undefined,
    searchOrders: async () => ({
      orders: [],
      nextToken: null,
      lastUpdatedBefore: null,
      createdBefore: null,
    }),
    inventoryPage: async () => ({ items: [ITEM], nextToken: null }),
    createReport: async ({ reportType }) => {
      reports += 1;
      return `${reportType}-${reports}`;
    },
    getReport: async (reportId) => reportOf(reportId, 'DONE'),
    findReports: async () => [],
    openDocument: async (documentId) => reportText([lineOf(documentId)]),
    marketplaceParticipations: async () => [
      {
        marketplaceId: 'ATVPDKIKX0DER',
        domain: 'www.amazon.com',
        isParticipating: true,
      },
    ],
    ...script,
  };
  return { seller: () => seller };
}

/** A report as Amazon describes it; its document's id is its own. */
export function reportOf(reportId: string, status: Report['status']): Report {
  return {
    reportId,
    reportType: typeOf(reportId),
    status,
    from: null,
    to: null,
    marketplaceIds: [],
    createdTime: '2025-11-20T10:00:00.000Z',
    documentId: status === 'DONE' ? reportId : null,
  };
}

export const isReturns = (reportId: string): boolean => reportId.includes('CUSTOMER_RETURNS');

/** The one line that a report of this kind has. */
export function lineOf(reportId: string): Record<string, string> {
  if (isClaims(reportId)) return CLAIM_LINE;
  return isReturns(reportId) ? RETURN_LINE : ORDER_LINE;
}

function typeOf(reportId: string): string {
  if (isClaims(reportId)) return 'GET_FBA_REIMBURSEMENTS_DATA';
  return isReturns(reportId) ? 'GET_FBA_FULFILLMENT_CUSTOMER_RETURNS_DATA' : reportId;
}

export const isClaims = (reportId: string): boolean => reportId.includes('REIMBURSEMENTS');

/** What Amazon's client throws for a fault that may pass. */
export function outage(): AmazonUnavailable {
  return new AmazonUnavailable(
    { operation: 'getReport', requestId: 'request-1', status: 503 },
    '503',
  );
}

/** What it throws once the seller has withdrawn access, or Amazon says so by mistake. */
export function accessWithdrawn(): AccessWithdrawn {
  const occasion = { operation: 'exchangeRefreshToken', requestId: null, status: 400 } as const;
  return new AccessWithdrawn(occasion, 'invalid_grant');
}

/** What it throws for an answer that is not what its model says. */
export function malformed(): MalformedAnswer {
  const occasion = { operation: 'getInventorySummaries', requestId: null, status: 200 } as const;
  return new MalformedAnswer(occasion, 'Not JSON');
}

/** What it throws when Amazon no longer knows the page of a search. */
export function pageForgotten(): PaginationTokenExpired {
  const occasion = { operation: 'searchOrders', requestId: null, status: 400 } as const;
  return new PaginationTokenExpired(occasion, '400', []);
}

/** What it throws when Amazon says that the request is wrong. */
export function refused(): InvalidRequest {
  const occasion = { operation: 'createReport', requestId: 'request-1', status: 400 } as const;
  return new InvalidRequest(occasion, '400', []);
}

/** What it throws for a 429. */
export function quotaExceeded(): QuotaExceeded {
  const occasion = { operation: 'createReport', requestId: null, status: 429 } as const;
  return new QuotaExceeded(occasion, '429');
}

/** A report of these lines; there must be one, and all must have the columns of the first. */
export function reportText(lines: readonly Record<string, string>[]): ReportText {
  return {
    requestId: null,
    async *[Symbol.asyncIterator]() {
      yield `${Object.keys(lines[0] ?? {}).join('\t')}\n`;
      for (const line of lines) yield `${Object.values(line).join('\t')}\n`;
    },
  };
}
