import { ApplicationFailure, CancelledFailure } from '@temporalio/common';
import {
  AccessDenied,
  AccessWithdrawn,
  AmazonError,
  AmazonUnavailable,
  CredentialsRejected,
  InvalidRequest,
  MalformedAnswer,
  PaginationTokenExpired,
} from '../amazon/errors';
import type { AttemptDetails } from '../contract/attempt-details';
import { FAILURE, type FailureType } from '../contract/failures';
import type { WaitReason } from '../contract/sync-status';
import { DatabaseUnavailable } from '../store/database';
import { Superseded } from '../store/fence';
import {
  DeliveryDue,
  NoMarketplaces,
  NotConnected,
  PlaceWait,
  QuotaWait,
  ReauthorizationRequired,
  ReportFatal,
  ReportStuck,
  ReportWait,
  SellerRefused,
} from './activity-errors';

/** What an error means for the activity. */
type Verdict =
  /** Nothing is wrong; go on at a known time (epoch ms). */
  | { kind: 'wait'; type: FailureType; reason: WaitReason; until: number }
  /** May pass: try again with a growing delay, up to `limit` times in a row. */
  | { kind: 'fault'; type: FailureType; message: string; limit: number; amazonTime: boolean }
  /** Will not pass. */
  | { kind: 'final'; type: FailureType; message: string };

/**
 * Faults in a row after which a resource is given up. Fifteen faults have fourteen delays between them, which
 * double from 1 s to 5 minutes: 1 + 2 + … + 256 + 5 × 300 s = 2,011 s, a fifth less at the shortest. That is 26
 * minutes or more, longer than the region-wide 403 of 25 minutes that Amazon has had.
 */
export const AMAZON_FAULTS = 15;

/**
 * Faults in a row after which a refusal is not waited out: when Amazon can be asked which of several marketplaces
 * it refuses, that is worth more than half an hour of trying.
 */
const SHORT_PATIENCE = 3;

/**
 * Faults in a row after which it is believed that a seller is not one of its region: 1 + 2 + … + 64 = 127 s. Longer
 * and somebody who has just connected would wait for a word in vain; a fault of the whole region may be taken for it,
 * and the next sync asks again.
 */
const REGION_FAULTS = 8;

/** PostgreSQL may be away for longer; the time limit of the activity ends this first. */
const DATABASE_FAULTS = 1_000;

/** A malformed answer or a bug seldom passes; three tries cover a broken proxy in between. */
const ODD_FAULTS = 3;

const LONGEST_BACKOFF_MS = 300_000;

/** How long a refusal (403) is tried again: it may pass, or it may be one of several marketplaces for good. */
export type Patience = 'short' | 'long';

interface FailureContext {
  now: () => number;
  clockSpeed: number;
}

interface AttemptNotes {
  readonly signal: AbortSignal;
  readonly patience: Patience;
  readonly details: AttemptDetails;
  note(change: Partial<AttemptDetails>): void;
}

export interface Failed {
  error: unknown;
  /** What the log may say: no texts of foreign errors, which could hold anything. */
  log: {
    final: boolean;
    type: string;
    delayMs?: number;
    faults?: number;
    amazonRequestId: string | null;
    cause?: string;
  };
}

/** The one place where errors become failures: their type, and whether and when to try again. */
export function failureOf(error: unknown, attempt: AttemptNotes, context: FailureContext): Failed {
  // A cancelled request fails in many ways; all of them are the cancellation.
  if (attempt.signal.aborted) {
    return {
      error: error instanceof CancelledFailure ? error : new CancelledFailure('Cancelled'),
      log: { final: true, type: 'cancelled', amazonRequestId: null },
    };
  }
  const verdict = verdictOf(error, attempt);
  const requestId =
    error instanceof AmazonError || error instanceof SellerRefused ? error.requestId : null;
  const cause = error instanceof Error ? error.name : typeof error;
  const { resource } = attempt.details;
  const now = context.now();
  if (verdict.kind === 'wait') {
    const delayMs = Math.max(1, Math.ceil(verdict.until - now));
    return {
      error: retryIn(delayMs, verdict.type, error, {
        category: 'BENIGN',
        details: [{ resource, reason: verdict.reason, until: now + delayMs, requestId }],
      }),
      log: { final: false, type: verdict.type, delayMs, amazonRequestId: requestId },
    };
  }
  const faults = attempt.details.faults + 1;
  if (verdict.kind === 'final' || faults >= verdict.limit) {
    return {
      error: ApplicationFailure.create({
        message: verdict.message,
        type: verdict.type,
        nonRetryable: true,
        details: [{ resource, reason: 'retry', until: now, requestId }],
      }),
      log: { final: true, type: verdict.type, faults, amazonRequestId: requestId, cause },
    };
  }
  attempt.note({ faults, withdrawn: verdict.type === FAILURE.reauthorizationRequired ? 1 : 0 });
  const delayMs = backoff(faults) / (verdict.amazonTime ? context.clockSpeed : 1);
  return {
    error: retryIn(delayMs, verdict.type, new Error(verdict.message), {
      details: [{ resource, reason: 'retry', until: now + delayMs, requestId }],
    }),
    log: { final: false, type: verdict.type, delayMs, faults, amazonRequestId: requestId, cause },
  };
}

function verdictOf(error: unknown, { details, patience }: AttemptNotes): Verdict {
  if (error instanceof QuotaWait) {
    return { kind: 'wait', type: FAILURE.quotaWait, reason: 'quota', until: error.until };
  }
  if (error instanceof ReportWait) {
    return { kind: 'wait', type: FAILURE.reportWait, reason: 'report', until: error.until };
  }
  if (error instanceof PlaceWait) {
    return { kind: 'wait', type: FAILURE.placeWait, reason: 'retry', until: error.until };
  }
  if (error instanceof DeliveryDue) {
    return { kind: 'wait', type: FAILURE.webhookUndelivered, reason: 'retry', until: error.until };
  }
  if (error instanceof Superseded) {
    return { kind: 'final', type: FAILURE.superseded, message: 'A newer sync took over' };
  }
  if (error instanceof NotConnected) {
    return { kind: 'final', type: FAILURE.notConnected, message: error.message };
  }
  if (error instanceof ReauthorizationRequired) {
    return { kind: 'final', type: FAILURE.reauthorizationRequired, message: error.message };
  }
  if (error instanceof ReportFatal) {
    return { kind: 'final', type: FAILURE.reportFatal, message: error.message };
  }
  if (error instanceof ReportStuck) {
    return { kind: 'final', type: FAILURE.reportStuck, message: error.message };
  }
  if (error instanceof AccessWithdrawn) {
    const { message } = new ReauthorizationRequired();
    // A seller is not disconnected on one word: Amazon has been wrong before and right a moment later.
    return details.withdrawn > 0
      ? { kind: 'final', type: FAILURE.reauthorizationRequired, message }
      : fault(FAILURE.reauthorizationRequired, message, AMAZON_FAULTS);
  }
  if (error instanceof PaginationTokenExpired) {
    return fault(FAILURE.amazonUnavailable, 'Amazon forgot the page; starting over', AMAZON_FAULTS);
  }
  if (error instanceof InvalidRequest) {
    return { kind: 'final', type: FAILURE.invalidRequest, message: 'Amazon refused the request' };
  }
  if (error instanceof AccessDenied) {
    // Amazon has taken a report that was asked for, with its marketplaces: what is refused after that is not about them.
    const isBrief = patience === 'short' && details.report === null;
    return fault(FAILURE.accessDenied, DENIED, isBrief ? SHORT_PATIENCE : AMAZON_FAULTS);
  }
  if (error instanceof SellerRefused) {
    const limit = patience === 'short' ? SHORT_PATIENCE : REGION_FAULTS;
    return fault(FAILURE.accessDenied, error.message, limit);
  }
  if (error instanceof NoMarketplaces) {
    return { kind: 'final', type: FAILURE.noMarketplaces, message: error.message };
  }
  if (error instanceof CredentialsRejected) {
    return fault(FAILURE.credentialsRejected, 'Amazon rejected this service', AMAZON_FAULTS);
  }
  if (error instanceof MalformedAnswer) {
    return fault(FAILURE.malformedAnswer, 'Amazon sent data that cannot be read', ODD_FAULTS);
  }
  if (error instanceof AmazonUnavailable) {
    return fault(FAILURE.amazonUnavailable, 'Amazon cannot be reached', AMAZON_FAULTS);
  }
  if (error instanceof DatabaseUnavailable) {
    const message = error.isFull ? 'The database has no room' : 'The database cannot be reached';
    return {
      ...fault(FAILURE.databaseUnavailable, message, DATABASE_FAULTS),
      amazonTime: false,
    };
  }
  return fault(FAILURE.internal, 'Something went wrong on our side', ODD_FAULTS);
}

function fault(type: FailureType, message: string, limit: number) {
  return { kind: 'fault', type, message, limit, amazonTime: true } as const;
}

const DENIED = 'Amazon denies access to this data; the application may lack the role for it';

/** 1 s, 2 s, 4 s … 5 minutes, each up to a fifth shorter, so that many syncs do not come back at once. */
export function backoff(faults: number, random: () => number = Math.random): number {
  const full = Math.min(1000 * 2 ** (faults - 1), LONGEST_BACKOFF_MS);
  return full * (1 - random() / 5);
}

function retryIn(
  delayMs: number,
  type: FailureType,
  error: unknown,
  options: { category?: 'BENIGN'; details: unknown[] },
): ApplicationFailure {
  return ApplicationFailure.create({
    message: error instanceof Error ? error.message : 'Unknown error',
    type,
    nextRetryDelay: Math.ceil(delayMs),
    ...options,
  });
}
