import type { CallContext } from '../contract/call-context';
import type { RunEnd } from '../contract/run-sinks';
import type { Logger } from './logger';

/** Words of closed lists, counts and ids: what is exported is read by others than those who may read rows. */
export type SpanAttributes = Record<string, string | number | boolean | undefined>;

export interface NewSpan {
  /** Bounded: routes, types, operations; never an id or a path. */
  name: string;
  kind: 'server' | 'client' | 'internal';
  attributes?: SpanAttributes;
  /** The `traceparent` of what it is a part of. Default: the span around it. */
  parent?: string;
  /** In which word an error is told; undefined where it is no failure. Default: its name. */
  failureType?: (error: unknown) => string | undefined;
}

/** A span that is under way. */
export interface OpenSpan {
  rename(name: string): void;
  set(attributes: SpanAttributes): void;
  /** What it was for did not come about, in one word. */
  failed(type: string): void;
}

/** A run of a workflow that has ended. */
export interface EndedRun {
  workflowType: string;
  workflowId: string;
  runId: string;
  startedAt: Date;
  end: RunEnd;
}

/** Tells how what a request sets off hangs together and what takes how long, to whoever collects it. */
export interface Tracer {
  /** Runs `work` as a span, and all that it begins as parts of it. */
  within<Result>(span: NewSpan, work: (span: OpenSpan) => Promise<Result>): Promise<Result>;
  /** A part of the span around it that has just ended, after `milliseconds`. */
  took(milliseconds: number, span: NewSpan, failure?: string): void;
  /** Something that came to pass within the span around it. */
  event(name: string, attributes: SpanAttributes): void;
  /** What a workflow that is started now is a part of; undefined where nothing is. */
  traceparent(): string | undefined;
  runEnded(run: EndedRun, context: CallContext): void;
  /** Sends what is left, for two seconds at most. */
  close(): Promise<void>;
}

const UNSEEN: OpenSpan = {
  rename: () => undefined,
  set: () => undefined,
  failed: () => undefined,
};

/** Where nothing is traced. */
export const NO_TRACER: Tracer = {
  within: (_, work) => work(UNSEEN),
  took: () => undefined,
  event: () => undefined,
  traceparent: () => undefined,
  runEnded: () => undefined,
  close: async () => undefined,
};

export interface TracingOptions {
  /** The collector; undefined where nothing is traced. */
  collector: { url: string; headers: Record<string, string> } | undefined;
  /** What the process is called. */
  service: string;
  log: Logger;
}

/** Where nothing is traced, nothing of OpenTelemetry is even loaded. */
export function startTracing({ collector, service, log }: TracingOptions): Tracer {
  if (collector === undefined) return NO_TRACER;
  const { createOtlpTracer }: typeof import('./otlp-tracer') = require('./otlp-tracer');
  return createOtlpTracer({ ...collector, service, log });
}
