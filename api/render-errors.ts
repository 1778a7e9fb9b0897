import type { Context, Middleware } from 'koa';
import { API_ERRORS } from '../contract/api-errors';
import type { Logger } from '../observability/logger';
import { TooManyEvents } from '../store/audit-events';
import { DatabaseUnavailable } from '../store/database';
import { InvalidCursor } from '../store/page';
import { ApiError } from './api-error';
import type { ApiState } from './api-state';
import { TemporalUnavailable } from './temporal-calls';

/** After which clients may ask again, seconds: what a restart of PostgreSQL or Temporal takes. */
const RETRY_AFTER_S = 5;

/** Renders every error, in one place. No stack and no foreign text reaches a client. */
export function renderErrors(log: Logger): Middleware<ApiState> {
  return async (ctx, next) => {
    try {
      await next();
      if (ctx.status === 404 && ctx.body === undefined) throw new ApiError('not_found');
    } catch (error) {
      render(ctx, apiErrorOf(error), error, log);
    }
  };
}

function apiErrorOf(error: unknown): ApiError {
  if (error instanceof ApiError) return error;
  if (error instanceof DatabaseUnavailable || error instanceof TemporalUnavailable) {
    return new ApiError('service_unavailable');
  }
  if (error instanceof InvalidCursor) {
    return new ApiError('invalid_request', { message: error.message });
  }
  if (error instanceof TooManyEvents) {
    return new ApiError('too_many_requests', { message: error.message });
  }
  return new ApiError('internal_server_error');
}

function render(ctx: Context, apiError: ApiError, error: unknown, log: Logger): void {
  const { message: _, httpStatus, ...extras } = apiError.extras;
  ctx.status = httpStatus ?? API_ERRORS[apiError.code].status;
  // A list has its tag before its rows: with it a browser would keep the error, and be told that it still holds.
  ctx.remove('ETag');
  ctx.set('Cache-Control', 'no-store');
  if (ctx.status === 429 || ctx.status === 503) ctx.set('Retry-After', String(RETRY_AFTER_S));
  ctx.body = {
    success: false,
    error: apiError.code,
    message: apiError.message,
    requestId: ctx.state.requestId,
    ...extras,
  };
  if (ctx.status < 500) return;
  const cause = error instanceof Error ? error.name : typeof error;
  const line = { error: apiError.code, cause };
  // What is merely out of reach needs no stack; a fault of ours does.
  if (ctx.status === 503) log.warn(line, 'out of reach');
  else log.error({ ...line, frames: framesOf(error) }, 'request failed');
}

/** Where an error comes from, without its text: foreign ones quote what they choke on, be it a key. */
export function framesOf(error: unknown): string[] {
  const lines = error instanceof Error ? (error.stack ?? '').split('\n') : [];
  return lines.filter((line) => /^ {4}at .+:\d+:\d+\)?$/.test(line)).map((line) => line.trim());
}
