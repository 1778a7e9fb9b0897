import type { Context } from 'koa';
import type { ConnectErrorCode } from '../contract/connect-errors';
import type { ApiDeps } from './api-deps';
import { ApiError } from './api-error';
import { Redirect } from './replies';
import type { Session } from './session';

/** Sends the browser back to the frontend with a reason; people stand before it, so JSON would be of no use. */
export function connectFailed(
  { connect }: Pick<ApiDeps, 'connect'>,
  code: ConnectErrorCode,
): Redirect {
  return new Redirect(`${connect.frontendUrl}/oauth/callback?error=${code}`);
}

/** The session of a request; undefined where there is none that is good. */
export function sessionOf(
  { readSession }: Pick<ApiDeps, 'readSession'>,
  http: Pick<Context, 'get' | 'cookies'>,
): Session | undefined {
  try {
    return readSession(http);
  } catch (error) {
    if (error instanceof ApiError && error.code === 'unauthorized') return undefined;
    throw error;
  }
}
