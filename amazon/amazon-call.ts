import type { TokenSettings } from './token-request';
import type { Operation } from './usage-plans';

/** `timeoutMs` limits each request; for a download, the time to its headers and between two chunks. */
export interface AmazonSettings extends TokenSettings {
  /** Which IP addresses documents may be downloaded from: those of the public internet. */
  isPublicAddress: (address: string) => boolean;
}

/** One seller's authorization, with the host that it was made for. */
export interface SellerConnection {
  connectionId: string;
  /** Base URL, such as `https://sellingpartnerapi-eu.amazon.com`. */
  endpoint: string;
  refreshToken: string;
}

/** One request to the API as it went, for logs, metrics and learning the rate. */
export interface AmazonCall {
  operation: Operation;
  /** HTTP status; null when no answer came. */
  status: number | null;
  requestId: string | null;
  milliseconds: number;
  /** Requests per second that Amazon says it allows, where it says so. */
  rateLimit: number | null;
  connectionId: string;
}
