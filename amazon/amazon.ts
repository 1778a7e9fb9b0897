import { createAccessTokens } from './access-tokens';
import type { AmazonCall, AmazonSettings, SellerConnection } from './amazon-call';
import { type ApiClientDeps, createApiClient } from './api-client';
import type { DocumentDownload } from './download-meter';
import { type InventoryPage, type InventoryQuery, inventoryPage } from './inventory';
import {
  type MarketplaceParticipation,
  marketplaceParticipations,
} from './marketplace-participations';
import { type OrdersPage, type OrdersQuery, searchOrders } from './orders';
import { openDocument, type ReportText } from './report-document';
import {
  createReport,
  findReports,
  getReport,
  type Report,
  type ReportRequest,
  type ReportSearch,
} from './reports';
import type { TokenExchange } from './token-request';

/**
 * The API for one seller. Every method throws the errors of `errors.ts`, and the signal's own reason when
 * the caller aborts. None waits for a usage plan or tries again (but for one refresh of the access token).
 */
export interface SellerApi {
  /** Has an access token for a minute at least, so that the next request leaves at once. */
  authorize(signal: AbortSignal): Promise<void>;
  /** One page of at most 100 orders with their items. */
  searchOrders(query: OrdersQuery, signal: AbortSignal): Promise<OrdersPage>;
  /** One page of some 50 SKUs; `nextToken` is good for 30 seconds. */
  inventoryPage(query: InventoryQuery, signal: AbortSignal): Promise<InventoryPage>;
  /** Asks for a report and gives its id. Asking twice makes two reports. */
  createReport(request: ReportRequest, signal: AbortSignal): Promise<string>;
  getReport(reportId: string, signal: AbortSignal): Promise<Report>;
  /** All reports of a type since a time, from as many pages (calls) as there are. */
  findReports(search: ReportSearch, signal: AbortSignal): Promise<Report[]>;
  /** Starts the download of a report and gives its text. Read it to the end, leave the loop, or abort. */
  openDocument(documentId: string, signal: AbortSignal): Promise<ReportText>;
  marketplaceParticipations(signal: AbortSignal): Promise<MarketplaceParticipation[]>;
}

export interface Amazon {
  /** `onCall` is told of each request that this seller's methods make, the ones that failed included. */
  seller(connection: SellerConnection, onCall?: (call: AmazonCall) => void): SellerApi;
}

export interface AmazonDeps {
  settings: AmazonSettings;
  /** Epoch milliseconds. */
  now: () => number;
  /** Called after each request to the API for any seller, the ones that failed included. */
  onCall?: (call: AmazonCall) => void;
  /** The same for requests to Login with Amazon. */
  onExchange?: (exchange: TokenExchange) => void;
  /** And for downloads of documents, once they have ended. */
  onDownload?: (download: DocumentDownload) => void;
}

// Amazon's limit (SP-API documentation, "Include a User-Agent header").
const MAX_USER_AGENT = 500;

/** Access to the Selling Partner API. Keeps access tokens in memory, nothing else. */
export function createAmazon(deps: AmazonDeps): Amazon {
  const { settings: given, now, onCall, onExchange, onDownload } = deps;
  const settings = { ...given, userAgent: given.userAgent.slice(0, MAX_USER_AGENT) };
  const tokens = createAccessTokens({ ...settings, onExchange }, now);

  return {
    seller(connection, onSellerCall) {
      const client: ApiClientDeps = {
        settings,
        now,
        tokens,
        onCall(made) {
          onCall?.(made);
          onSellerCall?.(made);
        },
      };
      const call = createApiClient(client, connection);
      const download = { ...settings, endpoint: connection.endpoint, onDownload };
      return {
        async authorize(signal) {
          await tokens.get(connection, signal);
        },
        searchOrders: (query, signal) => searchOrders(call, query, signal),
        inventoryPage: (query, signal) => inventoryPage(call, query, signal),
        createReport: (request, signal) => createReport(call, request, signal),
        getReport: (reportId, signal) => getReport(call, reportId, signal),
        findReports: (search, signal) => findReports(call, search, signal),
        openDocument: (documentId, signal) => openDocument(call, download, documentId, signal),
        marketplaceParticipations: (signal) => marketplaceParticipations(call, signal),
      };
    },
  };
}
