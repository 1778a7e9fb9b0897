import type { AmazonCall } from '../amazon/amazon-call';
import { logFields } from '../observability/log-context';
import type { Logger } from '../observability/logger';
import type { Observer } from '../observability/observer';
import type { Tracer } from '../observability/tracer';

/** Puts each request to Amazon into log, metrics and trace. */
export function tellOfAmazon(
  { log, observer, tracer }: { log: Logger; observer: Observer; tracer: Tracer },
  { requestId: amazonRequestId, ...call }: AmazonCall,
): void {
  const { operation, status, milliseconds } = call;
  log.debug({ ...call, amazonRequestId }, 'called Amazon');
  observer.amazonAnswered({ operation, status, seconds: milliseconds / 1000 });
  tracer.took(
    milliseconds,
    {
      name: `Amazon ${operation}`,
      kind: 'client',
      attributes: {
        'amazon.operation': operation,
        'amazon.request_id': amazonRequestId ?? undefined,
        'http.response.status_code': status ?? undefined,
        'temporal.attempt': logFields().attempt,
      },
    },
    failureOf(status),
  );
}

function failureOf(status: number | null): string | undefined {
  if (status === null) return 'no_answer';
  return status >= 400 ? String(status) : undefined;
}

/** Waits for Amazon's usage plans are events of the step that waits. */
export function withQuotaEvents(observer: Observer, tracer: Tracer): Observer {
  return {
    ...observer,
    quotaWaited(operation, seconds) {
      observer.quotaWaited(operation, seconds);
      tracer.event('quota wait', { 'amazon.operation': operation, seconds });
    },
  };
}
