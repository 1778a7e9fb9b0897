import { AsyncLocalStorage } from 'node:async_hooks';

/** Of what a line of the log tells. Ids and counts: they are on every line that is written meanwhile. */
export interface LogFields {
  /** Of the HTTP request, as the client has it in `X-Request-Id`; an activity has that of the request it began with. */
  requestId?: string;
  syncId?: string;
  workflowId?: string;
  runId?: string;
  activity?: string;
  attempt?: number;
  traceId?: string;
}

/** Holds nothing by itself: only what runs inside of {@link withLogFields} finds something in it. */
const flow = new AsyncLocalStorage<Readonly<LogFields>>();

const NONE: Readonly<LogFields> = {};

/** Runs `work`, and whatever it begins, with fields that each of its lines has, beside those from around it. */
export function withLogFields<Result>(fields: LogFields, work: () => Result): Result {
  return flow.run({ ...flow.getStore(), ...fields }, work);
}

/** The fields of whoever asks. */
export function logFields(): Readonly<LogFields> {
  return flow.getStore() ?? NONE;
}
