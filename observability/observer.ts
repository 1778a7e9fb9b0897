import type { Resource } from '../contract/resources';
import type { SyncStatusBody } from '../contract/sync-status';

/** A request to the API whose answer has begun. */
export interface AnsweredRequest {
  /** What the request was served as: an older path counts as what it stands for. */
  method: string;
  /** The route's template, such as `/api/sync/status/:syncId`; undefined for what no route has answered. */
  route: string | undefined;
  status: number;
  /** Until the answer began: a stream of events or a download lasts as long as its reader likes. */
  seconds: number;
}

/** A request to Amazon as it went. */
export interface AmazonRequest {
  operation: string;
  /** HTTP status; null when no answer came. */
  status: number | null;
  seconds: number;
}

/** A download of one of Amazon's documents that has ended. */
export interface DownloadedDocument {
  /** HTTP status; null when no answer came, or not the whole of it. */
  status: number | null;
  /** In which Amazon was waited for. */
  seconds: number;
  bytes: number;
}

export const REPORT_ENDS = ['done', 'cancelled', 'fatal', 'stuck'] as const;
export type ReportEnd = (typeof REPORT_ENDS)[number];

/** How an attempt to deliver a webhook went: it was taken, will be made again, or was the last. */
export type AttemptEnd = 'delivered' | 'retrying' | 'failed';

/**
 * Is told what API and worker do, to count and time it. What it is told holds words of closed lists, counts and
 * times: whatever has no bound (users, sellers, ids, paths) would become a time series each.
 */
export interface Observer {
  requestAnswered(request: AnsweredRequest): void;
  /** Told by whoever has recorded the end, and only when nobody had before. */
  syncEnded(body: SyncStatusBody): void;
  amazonAnswered(request: AmazonRequest): void;
  /** Login with Amazon was asked for a token. */
  tokenExchanged(request: AmazonRequest): void;
  documentDownloaded(download: DownloadedDocument): void;
  /**
   * A request to Amazon got a turn that is to come, or was told when to ask for one again. Told once for each,
   * however many attempts wait for it.
   */
  quotaWaited(operation: string, seconds: number): void;
  /** `seconds`: from when the report was waited for until it was seen to have ended. */
  reportEnded(resource: Resource, end: ReportEnd, seconds: number): void;
  webhookTried(end: AttemptEnd): void;
}

const nothing = () => undefined;

/** Where nothing is measured. */
export const NO_OBSERVER: Observer = {
  requestAnswered: nothing,
  syncEnded: nothing,
  amazonAnswered: nothing,
  tokenExchanged: nothing,
  documentDownloaded: nothing,
  quotaWaited: nothing,
  reportEnded: nothing,
  webhookTried: nothing,
};
