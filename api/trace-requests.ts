import type { Middleware } from 'koa';
import { CallContext } from '../contract/call-context';
import type { Tracer } from '../observability/tracer';
import type { ApiState } from './api-state';

/**
 * Each request as a span, by its route's template, with what it sets off as its parts. A client's `traceparent` says what
 * the request is itself a part of; nothing but the grouping of spans depends on it. Stands outside of whatever renders
 * errors. Those of load balancers would be most of what is sent, and are left out.
 */
export function traceRequests(
  tracer: Tracer,
  isLeftOut: (path: string) => boolean,
): Middleware<ApiState> {
  return (ctx, next) => {
    if (isLeftOut(ctx.path)) return next();
    const { traceparent: parent } =
      CallContext.safeParse({ traceparent: ctx.get('traceparent') }).data ?? {};
    return tracer.within({ name: 'request', kind: 'server', parent }, async (span) => {
      await next();
      // The method last: an older path may have been served as another one.
      const { method, status, state } = ctx;
      const { route = 'other', requestId } = state;
      span.rename(`${method} ${route}`);
      span.set({
        'http.request.method': method,
        'http.route': route,
        'http.response.status_code': status,
        request_id: requestId,
      });
      if (status >= 500) span.failed(String(status));
    });
  };
}
