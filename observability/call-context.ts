import type { WorkflowClientInterceptor } from '@temporalio/client';
import { defaultPayloadConverter, type Headers as TemporalHeaders } from '@temporalio/common';
import { CallContext } from '../contract/call-context';
import { CONTEXT_HEADER, SYNC_ID_HEADER } from '../contract/context-headers';
import { logFields } from './log-context';
import type { Tracer } from './tracer';

/** Has each workflow that a client starts know which request began it, and what it is a part of. */
export function passContext(tracer: Tracer): WorkflowClientInterceptor {
  return {
    startWithDetails(input, next) {
      const name = `start ${input.workflowType}`;
      return tracer.within({ name, kind: 'client' }, () => {
        const context = { requestId: logFields().requestId, traceparent: tracer.traceparent() };
        const isEmpty = context.requestId === undefined && context.traceparent === undefined;
        return next(isEmpty ? input : { ...input, headers: { ...input.headers, ...of(context) } });
      });
    },
  };
}

function of(context: CallContext): TemporalHeaders {
  return { [CONTEXT_HEADER]: defaultPayloadConverter.toPayload(context) };
}

/** What headers say of where a run came from; nothing where they are not as this service writes them. */
export function contextOf(headers: TemporalHeaders): CallContext {
  return CallContext.safeParse(valueIn(headers, CONTEXT_HEADER)).data ?? {};
}

/** The sync that a step is a part of. */
export function syncIdOf(headers: TemporalHeaders): string | undefined {
  const syncId = valueIn(headers, SYNC_ID_HEADER);
  return typeof syncId === 'string' ? syncId : undefined;
}

function valueIn(headers: TemporalHeaders, name: string): unknown {
  const payload = headers[name];
  if (payload === undefined) return undefined;
  try {
    return defaultPayloadConverter.fromPayload(payload);
  } catch {
    return undefined; // in an encoding of somebody else's
  }
}
