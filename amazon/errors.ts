import type { Operation } from './usage-plans';

/** What was under way: an operation of the API, or one of the requests beside it. */
export type AmazonStep =
  | Operation
  | 'exchangeRefreshToken'
  | 'exchangeAuthorizationCode'
  | 'downloadDocument';

export interface Occasion {
  operation: AmazonStep;
  /** Amazon's `x-amzn-RequestId`: what a support case asks for. */
  requestId: string | null;
  /** HTTP status, null when no answer came. */
  status: number | null;
}

/**
 * Base of all errors of this folder. Messages are for people. No error holds a token, a header or a body,
 * nor a `cause` that could: errors end in logs and in Temporal's history.
 */
export abstract class AmazonError extends Error implements Occasion {
  readonly operation: AmazonStep;
  readonly requestId: string | null;
  readonly status: number | null;

  constructor({ operation, requestId, status }: Occasion, message: string) {
    super(message);
    this.name = new.target.name;
    this.operation = operation;
    this.requestId = requestId;
    this.status = status;
  }
}

/** 429: the usage plan of `operation` has no request left. Amazon does not say for how long. */
export class QuotaExceeded extends AmazonError {}

/** Login with Amazon answers `invalid_grant`: the seller revoked access, or its year has passed. */
export class AccessWithdrawn extends AmazonError {}

/** Login with Amazon answers `invalid_grant` to a code: it is older than five minutes, used, or not for us. */
export class AuthorizationCodeRefused extends AmazonError {}

/** Login with Amazon rejects our own client id or secret, also after the secret was read anew. */
export class CredentialsRejected extends AmazonError {}

/**
 * 403 (or 401) with a fresh access token. It can be a missing role, one marketplace or a fault of a whole
 * region that passes; it never means that the seller withdrew access.
 */
export class AccessDenied extends AmazonError {
  constructor(
    occasion: Occasion,
    message: string,
    /** Whether Amazon said that the access token has expired, though it was new. */
    readonly expiredToken: boolean,
  ) {
    super(occasion, message);
  }
}

/** A fault that may pass: 5xx, no connection, a timeout, an answer or a file that breaks off. */
export class AmazonUnavailable extends AmazonError {}

/** Amazon says that our request is wrong (400, 404, 413, 415 …). */
export class InvalidRequest extends AmazonError {
  constructor(
    occasion: Occasion,
    message: string,
    /** `errors[].code` of the answer; Amazon's texts are left out since they may repeat what we sent. */
    readonly codes: readonly string[],
  ) {
    super(occasion, message);
  }
}

/** The page token has expired (inventory: after 30 s, orders: after 24 h). Start again from page one. */
export class PaginationTokenExpired extends InvalidRequest {}

/** Amazon's answer or report is not what its model says. */
export class MalformedAnswer extends AmazonError {}
