import { AsyncLocalStorage } from 'node:async_hooks';
import { setTimeout } from 'node:timers/promises';
import {
  type Attributes,
  type Context,
  ROOT_CONTEXT,
  type Span,
  SpanKind,
  SpanStatusCode,
  TraceFlags,
  trace,
} from '@opentelemetry/api';
import { OTLPTraceExporter } from '@opentelemetry/exporter-trace-otlp-http';
import { resourceFromAttributes } from '@opentelemetry/resources';
import {
  BatchSpanProcessor,
  RandomIdGenerator,
  type SpanExporter,
  TracerProvider,
} from '@opentelemetry/sdk-trace';
import { withLogFields } from './log-context';
import type { Logger } from './logger';
import { runSpan } from './run-span';
import type { NewSpan, OpenSpan, SpanAttributes, Tracer } from './tracer';

export interface OtlpTracerOptions {
  /** The collector's base URL. */
  url: string;
  headers: Record<string, string>;
  service: string;
  log: Logger;
}

/** All of one export, its retries included: what a collector that hangs can hold up at the end of a process. */
const EXPORT_MS = 2_000;

const KINDS = {
  server: SpanKind.SERVER,
  client: SpanKind.CLIENT,
  internal: SpanKind.INTERNAL,
} as const;

/**
 * Sends spans to an OpenTelemetry collector, by OTLP over HTTP, in batches beside the work. A collector that does not
 * answer holds nothing up: what does not fit into 2,048 spans is dropped. Nothing is registered globally.
 */
export function createOtlpTracer({ url, headers, service, log }: OtlpTracerOptions): Tracer {
  const ids = new RandomIdGenerator();
  let next: { traceId: string; spanId: string } | undefined;
  const exporter = new OTLPTraceExporter({
    url: `${url.replace(/\/+$/, '')}/v1/traces`,
    headers,
    timeoutMillis: EXPORT_MS,
  });
  const provider = new TracerProvider({
    resource: resourceFromAttributes({ 'service.name': service }),
    spanLimits: { attributeValueLengthLimit: 256 },
    idGenerator: {
      generateTraceId: () => next?.traceId ?? ids.generateTraceId(),
      generateSpanId: () => next?.spanId ?? ids.generateSpanId(),
    },
    spanProcessors: [
      new BatchSpanProcessor({ exporter: telling(exporter, log), exportTimeoutMillis: EXPORT_MS }),
    ],
  });
  const spans = provider.getTracer(service);
  const around = new AsyncLocalStorage<Span>();

  function begin({ name, kind, attributes = {}, parent }: NewSpan, startTime?: number): Span {
    const options = { kind: KINDS[kind], attributes: defined(attributes), startTime };
    return spans.startSpan(name, options, parentContext(parent, around.getStore()));
  }

  return {
    async within(span, work) {
      const open = begin(span);
      const fields = { traceId: open.spanContext().traceId };
      try {
        return await around.run(open, () => withLogFields(fields, () => work(openSpan(open))));
      } catch (error) {
        const type = (span.failureType ?? nameOf)(error);
        if (type !== undefined) fail(open, type);
        throw error;
      } finally {
        open.end();
      }
    },
    took(milliseconds, span, failure) {
      const endedAt = Date.now();
      const open = begin(span, endedAt - milliseconds);
      if (failure !== undefined) fail(open, failure);
      open.end(endedAt);
    },
    event(name, attributes) {
      around.getStore()?.addEvent(name, defined(attributes));
    },
    traceparent() {
      const context = around.getStore()?.spanContext();
      return context && `00-${context.traceId}-${context.spanId}-01`;
    },
    runEnded({ workflowType, workflowId, runId, startedAt, end }, { traceparent }) {
      next = runSpan(runId, traceparent);
      const open = begin(
        {
          name: `run ${workflowType}`,
          kind: 'internal',
          attributes: {
            'temporal.workflow_id': workflowId,
            'temporal.run_id': runId,
            'temporal.end': end,
          },
          parent: traceparent,
        },
        startedAt.getTime(),
      );
      next = undefined;
      if (end === 'failed') fail(open, 'workflow');
      open.end();
    },
    async close() {
      const gone = new AbortController();
      const sent = provider.shutdown().catch(() => undefined);
      const late = setTimeout(EXPORT_MS, undefined, { signal: gone.signal }).catch(() => undefined);
      await Promise.race([sent, late]);
      gone.abort();
    },
  };
}

/** Says when a collector begins to refuse spans, and when it takes them again: by itself nothing would. */
function telling(exporter: SpanExporter, log: Logger): SpanExporter {
  let isTaken = true;
  return {
    export(spans, done) {
      exporter.export(spans, (result) => {
        const before = isTaken;
        isTaken = result.code === 0;
        const error = result.error?.name;
        if (before && !isTaken)
          log.warn({ error }, 'the collector does not take spans; they are lost');
        if (!before && isTaken) log.info('the collector takes spans again');
        done(result);
      });
    },
    shutdown: () => exporter.shutdown(),
    forceFlush: async () => exporter.forceFlush?.(),
  };
}

function openSpan(span: Span): OpenSpan {
  return {
    rename: (name) => void span.updateName(name),
    set: (attributes) => void span.setAttributes(defined(attributes)),
    failed: (type) => fail(span, type),
  };
}

/** A text could hold anything. */
function nameOf(error: unknown): string {
  return error instanceof Error ? error.name : typeof error;
}

function fail(span: Span, type: string): void {
  span.setStatus({ code: SpanStatusCode.ERROR });
  span.setAttribute('error.type', type);
}

function parentContext(traceparent: string | undefined, around: Span | undefined): Context {
  if (traceparent === undefined) {
    return around === undefined ? ROOT_CONTEXT : trace.setSpan(ROOT_CONTEXT, around);
  }
  const [, traceId = '', spanId = ''] = traceparent.split('-');
  // Whoever sends an id decides what a span is a part of, not whether it is kept.
  const parent = { traceId, spanId, traceFlags: TraceFlags.SAMPLED, isRemote: true };
  return trace.setSpanContext(ROOT_CONTEXT, parent);
}

function defined(attributes: SpanAttributes): Attributes {
  return Object.fromEntries(Object.entries(attributes).filter(([, value]) => value !== undefined));
}
