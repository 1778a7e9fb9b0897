import { defaultPayloadConverter, type Payload } from '@temporalio/common';
import { optionalTsToMs } from '@temporalio/common/lib/time';
import type { temporal } from '@temporalio/proto';
import type { z } from 'zod';
import { AttemptProgress, Wait } from '../contract/attempt-details';
import { RESOURCES } from '../contract/resources';
import type { Live, LiveResource } from '../contract/status-body';

type Described = temporal.api.workflowservice.v1.IDescribeWorkflowExecutionResponse;
type PendingActivity = temporal.api.workflow.v1.IPendingActivityInfo;

/**
 * What pending activities tell of their resources: rows so far from the heartbeats of those that run, and
 * waits from the failures of those that will be tried again. A resource waits when all it has waits.
 */
export function liveOf(described: Described): Live {
  const live: Live = {};
  const pending = described.pendingActivities ?? [];
  for (const resource of RESOURCES) {
    const own = pending.flatMap((activity) => {
      const details = detailsOf(activity);
      const wait = waitOf(activity);
      return details?.resource === resource || wait?.resource === resource
        ? [{ activity, details, wait }]
        : [];
    });
    if (own.length === 0) continue;
    const waits = own.flatMap(({ activity, wait }) =>
      wait === undefined
        ? []
        : [
            {
              reason: wait.reason,
              until: optionalTsToMs(activity.scheduledTime) ?? wait.until,
              attempt: activity.attempt ?? 1,
              error: wait.reason === 'retry' ? (activity.lastFailure?.message ?? null) : null,
              requestId: wait.requestId,
            },
          ],
    );
    const records = own.reduce((sum, { details }) => sum + (details?.records ?? 0), 0);
    live[resource] = { records, waiting: waits.length < own.length ? null : earliest(waits) };
  }
  return live;
}

type Waiting = NonNullable<LiveResource['waiting']>;

function earliest(waits: readonly Waiting[]): Waiting | null {
  return waits.reduce<Waiting | null>(
    (first, wait) => (first === null || wait.until < first.until ? wait : first),
    null,
  );
}

function detailsOf(activity: PendingActivity): AttemptProgress | undefined {
  return decoded(activity.heartbeatDetails?.payloads?.[0], AttemptProgress);
}

/** The wait that an activity is in: it has failed before and does not run now. */
function waitOf(activity: PendingActivity): Wait | undefined {
  if (activity.lastStartedTime != null && !isScheduled(activity)) return undefined;
  return decoded(activity.lastFailure?.applicationFailureInfo?.details?.payloads?.[0], Wait);
}

/** `PENDING_ACTIVITY_STATE_SCHEDULED`. */
const SCHEDULED = 1;

/** Whether an activity waits, for its time or for a worker, and does not run. */
export function isScheduled(activity: PendingActivity): boolean {
  return activity.state === SCHEDULED;
}

function decoded<Value>(
  payload: Payload | null | undefined,
  schema: z.ZodType<Value>,
): Value | undefined {
  if (payload == null) return undefined;
  const parsed = schema.safeParse(defaultPayloadConverter.fromPayload(payload));
  return parsed.success ? parsed.data : undefined;
}
