import { ApplicationFailure } from '@temporalio/common';
import { failureOf } from '../../../activities/failure-of';
import { AccessDenied, AmazonUnavailable, MalformedAnswer } from '../../../amazon/errors';
import { DatabaseUnavailable } from '../../../store/database';
import { NOW, notesOf } from './attempt-notes';

const MINUTE = 60_000;
const occasion = { operation: 'searchOrders', requestId: null, status: 503 } as const;

afterEach(() => jest.restoreAllMocks());

/** The delays between attempts that all fail alike, up to the one that is final. */
function delaysUntilFinal(error: Error, clockSpeed = 1): number[] {
  const delays: number[] = [];
  const attempt = notesOf();
  for (;;) {
    const { error: failure } = failureOf(error, attempt, { now: () => NOW, clockSpeed });
    if (!(failure instanceof ApplicationFailure)) throw new Error('no failure');
    if (failure.nonRetryable === true) return delays;
    delays.push(Number(failure.nextRetryDelay));
  }
}

const sum = (delays: number[]) => delays.reduce((total, delay) => total + delay, 0);

test('delays double from a second to five minutes', () => {
  jest.spyOn(Math, 'random').mockReturnValue(0);
  const delays = delaysUntilFinal(new AmazonUnavailable(occasion, ''));
  const doubled = [1, 2, 4, 8, 16, 32, 64, 128, 256].map((seconds) => seconds * 1000);
  expect(delays.slice(0, 9)).toEqual(doubled);
  expect(new Set(delays.slice(9))).toEqual(new Set([5 * MINUTE]));
});

test('syncs that failed at the same moment do not all come back at the same moment', () => {
  const first = Array.from({ length: 50 }, () => {
    const { error } = failureOf(new AmazonUnavailable(occasion, ''), notesOf(), {
      now: () => NOW,
      clockSpeed: 1,
    });
    return error instanceof ApplicationFailure ? error.nextRetryDelay : undefined;
  });
  expect(new Set(first).size).toBeGreaterThan(5);
});

// Amazon has answered 403 for a whole region for about that long.
test.each([new AmazonUnavailable(occasion, ''), new AccessDenied(occasion, '', false)])(
  'a fault of Amazon’s may last 25 minutes, even when every delay is as short as it can be',
  (error) => {
    jest.spyOn(Math, 'random').mockReturnValue(1 - Number.EPSILON);
    const delays = delaysUntilFinal(error);
    expect(sum(delays)).toBeGreaterThan(25 * MINUTE);
    expect(sum(delays)).toBeLessThan(60 * MINUTE);
  },
);

test('data that cannot be read is given up after the third try', () => {
  expect(delaysUntilFinal(new MalformedAnswer(occasion, ''))).toHaveLength(2);
});

test('a fault of our own is given up after the third try', () => {
  expect(delaysUntilFinal(new TypeError('undefined is not a function'))).toHaveLength(2);
});

test('a database that is away is waited for for hours', () => {
  expect(sum(delaysUntilFinal(new DatabaseUnavailable(null)))).toBeGreaterThan(4 * 60 * MINUTE);
});

test('where Amazon’s clock runs fast, faults of Amazon’s are retried as fast, and only those', () => {
  jest.spyOn(Math, 'random').mockReturnValue(0);
  expect(delaysUntilFinal(new AmazonUnavailable(occasion, ''), 60)[6]).toBe(Math.ceil(64_000 / 60));
  expect(delaysUntilFinal(new DatabaseUnavailable(null), 60)[6]).toBe(64_000);
});
