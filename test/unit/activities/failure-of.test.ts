import { ApplicationFailure, CancelledFailure } from '@temporalio/common';
import { DatabaseError } from 'pg';
import {
  NotConnected,
  QuotaWait,
  ReauthorizationRequired,
  ReportFatal,
  ReportStuck,
  ReportWait,
} from '../../../activities/activity-errors';
import { failureOf } from '../../../activities/failure-of';
import {
  AccessDenied,
  AccessWithdrawn,
  AmazonUnavailable,
  CredentialsRejected,
  InvalidRequest,
  MalformedAnswer,
  PaginationTokenExpired,
  QuotaExceeded,
} from '../../../amazon/errors';
import { Wait } from '../../../contract/attempt-details';
import { DatabaseUnavailable } from '../../../store/database';
import { Superseded } from '../../../store/fence';
import { NOW, notesOf, SECRET, shown } from './attempt-notes';

const occasion = { operation: 'searchOrders', requestId: 'R-1', status: 503 } as const;
const said = `Amazon said ${SECRET}`;

const FINAL: [Error, string][] = [
  [new NotConnected(), 'amazon_not_connected'],
  [new ReauthorizationRequired(), 'reauthorization_required'],
  [new ReportFatal(), 'report_fatal'],
  [new ReportStuck(2), 'report_stuck'],
  [new Superseded({ syncId: 'sync_user123_1', userKey: 'user123' }), 'superseded'],
  [new InvalidRequest(occasion, said, ['InvalidInput']), 'invalid_request'],
];

const MAY_PASS: [Error, string][] = [
  [new AccessDenied(occasion, said, false), 'access_denied'],
  [new AccessDenied(occasion, said, true), 'access_denied'],
  [new AccessWithdrawn(occasion, said), 'reauthorization_required'],
  [new AmazonUnavailable(occasion, said), 'amazon_unavailable'],
  [new CredentialsRejected(occasion, said), 'credentials_rejected'],
  [new MalformedAnswer(occasion, said), 'malformed_answer'],
  [new PaginationTokenExpired(occasion, said, []), 'amazon_unavailable'],
  [new DatabaseUnavailable(new Error(said)), 'database_unavailable'],
  [new TypeError(said), 'internal_error'],
  [new Error(said), 'internal_error'],
  [new QuotaExceeded(occasion, said), 'internal_error'],
];

const failed = (error: unknown, change: Parameters<typeof notesOf>[0] = {}, clockSpeed = 1) => {
  const attempt = notesOf(change);
  const { error: failure, log } = failureOf(error, attempt, { now: () => NOW, clockSpeed });
  if (!(failure instanceof ApplicationFailure)) throw new Error(`no failure: ${failure}`);
  const details = Wait.parse(failure.details?.[0]);
  return { failure, details, log, attempt, delayMs: Number(failure.nextRetryDelay ?? 0) };
};

test.each(FINAL)('%s ends the activity for good as %s', (error, type) => {
  const { failure, log } = failed(error);
  expect(failure).toMatchObject({ type, nonRetryable: true });
  expect(log).toMatchObject({ final: true, type });
});

test.each(MAY_PASS)('%s is tried again as %s, within about a second', (error, type) => {
  const { failure, log, delayMs, details, attempt } = failed(error);
  expect(failure).toMatchObject({ type, nonRetryable: false });
  expect(delayMs).toBeGreaterThanOrEqual(800);
  expect(delayMs).toBeLessThanOrEqual(1000);
  expect(details).toMatchObject({ resource: 'orders', reason: 'retry' });
  expect(details.until - NOW).toBeGreaterThanOrEqual(800);
  expect(log).toMatchObject({ final: false, type, faults: 1 });
  expect(attempt.details.faults).toBe(1);
});

test.each([...FINAL, ...MAY_PASS])(
  'nothing that a foreign error says of %s leaves the activity',
  (error) => {
    const { failure, log } = failed(error);
    expect(shown(failure)).not.toContain(SECRET);
    expect(JSON.stringify(log)).not.toContain(SECRET);
    expect(failure.cause).toBeUndefined();
  },
);

test.each([SECRET, { message: SECRET }, undefined, null])(
  '%j thrown is a fault of our own',
  (odd) => {
    const { failure } = failed(odd);
    expect(failure.type).toBe('internal_error');
    expect(shown(failure)).not.toContain(SECRET);
  },
);

test('Amazon’s request id reaches the failure and the log, for a support case', () => {
  const { details, log } = failed(new AmazonUnavailable(occasion, said));
  expect(details.requestId).toBe('R-1');
  expect(log.amazonRequestId).toBe('R-1');
});

describe('a wait', () => {
  test.each([
    [new QuotaWait(NOW + 60_000), 'quota_wait', 'quota'],
    [new ReportWait(NOW + 60_000), 'report_wait', 'report'],
  ])('of %s is no fault: it counts none, and asks for exactly its time', (error, type, reason) => {
    const { failure, details, log, attempt, delayMs } = failed(error, { faults: 4 });
    expect(failure).toMatchObject({ type, nonRetryable: false, category: 'BENIGN' });
    expect(delayMs).toBe(60_000);
    expect(details).toEqual({ resource: 'orders', reason, until: NOW + 60_000, requestId: null });
    expect(log).toMatchObject({ final: false, delayMs: 60_000 });
    expect(attempt.details.faults).toBe(4);
  });

  test('that is over already takes the shortest delay that Temporal keeps', () => {
    expect(failed(new QuotaWait(NOW - 5_000)).delayMs).toBe(1);
    expect(failed(new QuotaWait(NOW)).delayMs).toBe(1);
  });

  test('is never given up, however many faults went before', () => {
    expect(failed(new ReportWait(NOW + 1), { faults: 5_000 }).failure.nonRetryable).toBe(false);
  });

  test('in parts of a millisecond is rounded up, never too early', () => {
    expect(failed(new QuotaWait(NOW + 0.2)).delayMs).toBe(1);
    expect(failed(new QuotaWait(NOW + 10.2)).delayMs).toBe(11);
  });
});

describe('an authorization that Amazon calls withdrawn', () => {
  const withdrawn = new AccessWithdrawn(occasion, said);

  test('is asked about once more before the seller has to connect again', () => {
    const first = failed(withdrawn);
    expect(first.failure.nonRetryable).toBe(false);
    const second = failed(withdrawn, first.attempt.details);
    expect(second.failure).toMatchObject({
      type: 'reauthorization_required',
      nonRetryable: true,
      message: 'Amazon withdrew the authorization; connect Amazon again',
    });
  });

  test('counts anew after another fault', () => {
    const first = failed(withdrawn);
    const other = failed(new AmazonUnavailable(occasion, said), first.attempt.details);
    expect(failed(withdrawn, other.attempt.details).failure.nonRetryable).toBe(false);
  });
});

describe('a cancelled activity', () => {
  test.each([
    new Error('The operation was aborted'),
    new AmazonUnavailable(occasion, said),
    new QuotaWait(NOW + 1),
    new NotConnected(),
  ])('stays one, whatever %s its request failed with', (error) => {
    const { error: failure, log } = failureOf(error, notesOf({}, AbortSignal.abort()), {
      now: () => NOW,
      clockSpeed: 1,
    });
    expect(failure).toBeInstanceOf(CancelledFailure);
    expect(shown(failure)).not.toContain(SECRET);
    expect(log).toMatchObject({ final: true, type: 'cancelled' });
  });

  test('keeps the cancellation that Temporal raised', () => {
    const cancelled = new CancelledFailure('CANCELLED');
    const context = { now: () => NOW, clockSpeed: 1 };
    expect(failureOf(cancelled, notesOf({}, AbortSignal.abort()), context).error).toBe(cancelled);
  });
});

test('a refusal that may be one marketplace among several is waited for shortly', () => {
  const denied = new AccessDenied(occasion, said, false);
  const context = { now: () => NOW, clockSpeed: 1 };
  const impatient = { ...notesOf({ faults: 2 }), patience: 'short' as const };
  expect(failureOf(denied, impatient, context).log.final).toBe(true);
  expect(failureOf(denied, notesOf({ faults: 2 }), context).log.final).toBe(false);
  expect(failureOf(denied, notesOf({ faults: 14 }), context).log.final).toBe(true);
});

test('one that comes after the report was asked for is not about marketplaces, and is waited out', () => {
  const denied = new AccessDenied(occasion, said, false);
  const context = { now: () => NOW, clockSpeed: 1 };
  const impatient = (faults: number) => ({
    ...notesOf({ faults, report: { id: 'report-1', since: NOW } }),
    patience: 'short' as const,
  });
  expect(failureOf(denied, impatient(2), context).log.final).toBe(false);
  expect(failureOf(denied, impatient(14), context).log.final).toBe(true);
});

test('a database without room is told from one that does not answer', () => {
  const full = Object.assign(new DatabaseError('No space left on device', 0, 'error'), {
    code: '53100',
  });
  expect(failed(new DatabaseUnavailable(full)).failure.message).toBe('The database has no room');
  expect(failed(new DatabaseUnavailable(new Error('gone'))).failure.message).toBe(
    'The database cannot be reached',
  );
});
