import {
  ActivityFailure,
  ApplicationFailure,
  RetryState,
  TimeoutFailure,
  TimeoutType,
} from '@temporalio/common';
import { syncErrorOf } from '../../../workflows/sync-error-of';

const failedWith = (cause: Error, retryState: RetryState = RetryState.NON_RETRYABLE_FAILURE) =>
  new ActivityFailure('Activity task failed', 'importOrders', '1', retryState, 'worker', cause);

const details = [{ resource: 'orders', reason: 'retry', until: 1, requestId: 'R-1' }];

test('a final failure of an activity gives its type, its words and Amazon’s request id', () => {
  const cause = ApplicationFailure.create({
    type: 'access_denied',
    message: 'Amazon denies access',
    nonRetryable: true,
    details,
  });
  expect(syncErrorOf(failedWith(cause))).toEqual({
    type: 'access_denied',
    message: 'Amazon denies access',
    requestId: 'R-1',
  });
});

test('a wait that did not fit into the time left is a timeout, whatever the type of the wait', () => {
  const cause = ApplicationFailure.create({
    type: 'quota_wait',
    message: 'Amazon limits requests',
    details: [{ ...details[0], reason: 'quota' }],
  });
  expect(syncErrorOf(failedWith(cause, RetryState.TIMEOUT))).toEqual({
    type: 'timed_out',
    message: 'It took too long: Amazon limits requests',
    requestId: 'R-1',
  });
});

test('an activity that ran out of time says so', () => {
  const cause = new TimeoutFailure('activity timeout', undefined, TimeoutType.START_TO_CLOSE);
  expect(syncErrorOf(failedWith(cause))).toEqual({
    type: 'timed_out',
    message: 'It took too long',
    requestId: null,
  });
});

test.each([
  new TypeError("Cannot read properties of undefined (reading 'secret')"),
  failedWith(new Error('password=hunter2')),
  'a text',
  undefined,
])('the text of an unexpected error stays inside', (error) => {
  expect(syncErrorOf(error)).toEqual({
    type: 'internal_error',
    message: 'Something went wrong on our side',
    requestId: null,
  });
});

test('details that are no wait give no request id', () => {
  const cause = ApplicationFailure.create({ type: 'x', message: 'y', details: ['odd'] });
  expect(syncErrorOf(failedWith(cause)).requestId).toBeNull();
});
