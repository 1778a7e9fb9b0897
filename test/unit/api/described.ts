import { defaultPayloadConverter } from '@temporalio/common';
import { msToTs } from '@temporalio/common/lib/time';
import type { temporal } from '@temporalio/proto';

export const NOW = Date.parse('2026-03-01T12:00:00.000Z');

type Pending = temporal.api.workflow.v1.IPendingActivityInfo;

/** `PENDING_ACTIVITY_STATE_SCHEDULED` and `…_STARTED`. */
export const SCHEDULED = 1;
export const STARTED = 2;

/** Epoch ms as Temporal writes times. */
export const at = (ms: number) => msToTs(ms);

export const payloads = (value: unknown) => ({
  payloads: [defaultPayloadConverter.toPayload(value)],
});

export const heartbeat = (change: object = {}) =>
  payloads({
    resource: 'orders',
    records: 0,
    faults: 0,
    withdrawn: 0,
    slots: {},
    ambiguous: false,
    page: null,
    ...change,
  });

/** An activity that runs for the first time. */
export const runs = (change: object = {}): Pending => ({
  state: STARTED,
  attempt: 1,
  scheduledTime: at(NOW - 5_000),
  lastStartedTime: at(NOW - 4_000),
  heartbeatDetails: heartbeat(change),
});

/** An activity that failed and waits for its next attempt. */
export const waits = (inMs: number, change: object = {}, pending: Pending = {}): Pending => ({
  state: SCHEDULED,
  attempt: 3,
  scheduledTime: at(NOW + inMs),
  lastStartedTime: at(NOW - 4_000),
  lastFailure: {
    message: 'Amazon limits requests',
    applicationFailureInfo: {
      type: 'quota_wait',
      details: payloads({
        resource: 'orders',
        reason: 'quota',
        until: NOW + inMs,
        requestId: null,
        ...change,
      }),
    },
  },
  ...pending,
});
