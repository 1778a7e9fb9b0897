import { defaultPayloadConverter, type Headers as TemporalHeaders } from '@temporalio/common';
import {
  isCancellation,
  proxySinks,
  type WorkflowInterceptors,
  workflowInfo,
} from '@temporalio/workflow';
import { CONTEXT_HEADER, SYNC_ID_HEADER } from '../contract/context-headers';
import type { RunEnd, RunSinks } from '../contract/run-sinks';

/**
 * Hands on to each step where its run came from, in headers: replay looks at none, so that runs go on whether they
 * have them or not. Nothing is read here, and no time is taken.
 */
export function interceptors(): WorkflowInterceptors {
  const handedOn: TemporalHeaders = {};
  let ofStart: TemporalHeaders = {};
  return {
    inbound: [
      {
        async execute(input, next) {
          ofStart = input.headers;
          Object.assign(handedOn, headersOfSteps(ofStart));
          try {
            const result = await next(input);
            tellEnd(ofStart, 'completed');
            return result;
          } catch (error) {
            tellEnd(ofStart, isCancellation(error) ? 'cancelled' : 'failed');
            throw error;
          }
        },
      },
    ],
    outbound: [
      {
        scheduleActivity: (input, next) =>
          next({ ...input, headers: { ...input.headers, ...handedOn } }),
        startChildWorkflowExecution: (input, next) =>
          next({ ...input, headers: { ...input.headers, ...contextOf(ofStart) } }),
      },
    ],
  };
}

function headersOfSteps(ofStart: TemporalHeaders): TemporalHeaders {
  const syncId = workflowInfo().memo?.syncId;
  return {
    ...contextOf(ofStart),
    ...(typeof syncId === 'string' && {
      [SYNC_ID_HEADER]: defaultPayloadConverter.toPayload(syncId),
    }),
  };
}

function contextOf(headers: TemporalHeaders): TemporalHeaders {
  const context = headers[CONTEXT_HEADER];
  return context === undefined ? {} : { [CONTEXT_HEADER]: context };
}

function tellEnd(headers: TemporalHeaders, end: RunEnd): void {
  // A replay outside of a worker has nobody to tell.
  if (!workflowInfo().unsafe.isReplaying) proxySinks<RunSinks>().runs.ended(headers, end);
}
