/**
 * The `type`s of the failures that activities raise. The workflow and the status match on these words,
 * never on classes or texts, since only the words cross Temporal.
 */
export const FAILURE = {
  /** Not a fault: Amazon's usage plan has no request left until a known time. */
  quotaWait: 'quota_wait',
  /** Not a fault: Amazon has not finished the report. */
  reportWait: 'report_wait',
  /** Not a fault: as many syncs run as may. */
  placeWait: 'place_wait',
  /** A fault that may pass: Amazon is down, resets, times out or answers 403 for a while. */
  amazonUnavailable: 'amazon_unavailable',
  /** The seller withdrew the authorization, or its year has passed. */
  reauthorizationRequired: 'reauthorization_required',
  /** Amazon refuses this resource: the application lacks a role, or the seller has no such data. */
  accessDenied: 'access_denied',
  /** Amazon rejected our own client id or secret. */
  credentialsRejected: 'credentials_rejected',
  /** Amazon's answer is not what its model says. */
  malformedAnswer: 'malformed_answer',
  /** Amazon says that our request is wrong. */
  invalidRequest: 'invalid_request',
  /** Amazon ended the report as FATAL: its range may be too long. */
  reportFatal: 'report_fatal',
  /** Amazon makes a report of this type only every few hours, and an earlier one did not have all. */
  reportTooSoon: 'report_too_soon',
  /** Amazon has not finished the report within hours. */
  reportStuck: 'report_stuck',
  /** Another sync of the same user has begun, or this one has ended: nothing more may be written. */
  superseded: 'superseded',
  /** No connection to Amazon is left to sync. */
  notConnected: 'amazon_not_connected',
  /** A receiver did not take a webhook; it is sent again later. */
  webhookUndelivered: 'webhook_undelivered',
  /** The seller sells nowhere in the region of the connection. */
  noMarketplaces: 'no_marketplaces',
  /** PostgreSQL cannot be reached, or has no room. */
  databaseUnavailable: 'database_unavailable',
  /** What Temporal waited for did not come within its time limit. */
  timedOut: 'timed_out',
  /** An operator ended the workflow from outside. */
  terminated: 'terminated',
  /** A fault of our own. */
  internal: 'internal_error',
} as const;

export type FailureType = (typeof FAILURE)[keyof typeof FAILURE];
