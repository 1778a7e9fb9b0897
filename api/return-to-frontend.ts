import type { Context } from 'koa';
import type { ConnectErrorCode } from '../contract/connect-errors';
import { DatabaseUnavailable } from '../store/database';
import type { ApiDeps } from './api-deps';
import { ApiError } from './api-error';
import { framesOf } from './render-errors';
import { Redirect } from './replies';
import type { Session } from './session';

/** Sends the browser back to the frontend with a reason; people stand before it, so JSON would be of no use. */
export function connectFailed(
  { connect }: Pick<ApiDeps, 'connect'>,
  code: ConnectErrorCode,
): Redirect {
  return new Redirect(`${connect.frontendUrl}/oauth/callback?error=${code}`);
}

/** Does what the browser waits for; whatever fails sends it to the frontend too. */
export async function orToFrontend(
  deps: Pick<ApiDeps, 'connect' | 'log'>,
  work: () => Promise<Redirect>,
): Promise<Redirect> {
  try {
    return await work();
  } catch (error) {
    const isAway = error instanceof DatabaseUnavailable;
    const code = isAway ? 'service_unavailable' : 'internal_server_error';
    const cause = error instanceof Error ? error.name : typeof error;
    if (isAway) deps.log.warn({ cause }, 'an authorization met no database');
    else deps.log.error({ cause, frames: framesOf(error) }, 'an authorization failed');
    return connectFailed(deps, code);
  }
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
