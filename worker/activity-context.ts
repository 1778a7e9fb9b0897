import { ApplicationFailure } from '@temporalio/common';
import type { ActivityInterceptorsFactory } from '@temporalio/worker';
import { contextOf, syncIdOf } from '../observability/call-context';
import { withLogFields } from '../observability/log-context';
import { traceparentOfRun } from '../observability/run-span';
import { NO_TRACER, type Tracer } from '../observability/tracer';

/**
 * Has every line that a step writes tell of which run, sync and request it is a part; where there are traces, each
 * attempt of a step is a part of its run's.
 */
export function activityContext(tracer: Tracer = NO_TRACER): ActivityInterceptorsFactory {
  return ({ info }) => ({
    inbound: {
      execute(input, next) {
        const { requestId, traceparent } = contextOf(input.headers);
        const { workflowId, runId } = info.workflowExecution ?? {};
        const { activityType, attempt } = info;
        const syncId = syncIdOf(input.headers);
        const fields = { requestId, syncId, workflowId, runId, activity: activityType, attempt };
        return withLogFields(fields, () =>
          tracer.within(
            {
              name: `activity ${activityType}`,
              kind: 'internal',
              parent: runId && traceparentOfRun(runId, traceparent),
              attributes: {
                'temporal.workflow_id': workflowId,
                'temporal.run_id': runId,
                'temporal.attempt': attempt,
                sync_id: syncId,
              },
              failureType,
            },
            () => next(input),
          ),
        );
      },
    },
  });
}

/** A failure's type is a word of ours. One that only waits, for a report or for its turn, is none. */
function failureType(error: unknown): string | undefined {
  if (!(error instanceof ApplicationFailure)) return error instanceof Error ? error.name : 'Error';
  return error.category === 'BENIGN' ? undefined : (error.type ?? error.name);
}
