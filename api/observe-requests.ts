import type { Middleware } from 'koa';
import type { Observer } from '../observability/observer';
import type { ApiState } from './api-state';

/** Tells of every request how it was answered. Stands outside of whatever renders errors. */
export function observeRequests(observer: Observer): Middleware<ApiState> {
  return async (ctx, next) => {
    const startedAt = performance.now();
    await next();
    const seconds = (performance.now() - startedAt) / 1000;
    // The method last: an older path may have been served as another one.
    const { method, status, state } = ctx;
    observer.requestAnswered({ method, route: state.route, status, seconds });
  };
}
