import { ApiErrorBody } from '../contract/api-errors';
import { EXIT, type ExitCode } from './exit-codes';
import { Failure, OddAnswer, OutOfReach } from './failure';

/** What of the service's own errors a script tells apart; everything else was refused. */
const EXIT_OF: Record<string, ExitCode> = {
  invalid_request: EXIT.usage,
  unauthorized: EXIT.notSignedIn,
  sync_in_progress: EXIT.alreadyRunning,
  internal_server_error: EXIT.outOfReach,
};

/** Load balancers say the same of a service that is away, without its body. */
const AWAY: readonly number[] = [429, 502, 503, 504];

/** An error answer as what to tell and whether to ask again; its body is read. */
export async function failureOf(response: Response): Promise<Failure> {
  const { status, headers } = response;
  const text = await response.text().catch(() => '');
  const body = ApiErrorBody.loose().safeParse(jsonOf(text)).data;
  if (AWAY.includes(status)) {
    const message = body?.message ?? `The service is out of reach (HTTP ${status}).`;
    return new OutOfReach(message, retryAfterMs(headers));
  }
  if (body !== undefined) {
    const exit = EXIT_OF[body.error] ?? EXIT.refused;
    return new Failure(exit, body.error, body.message + hintOf(body), body);
  }
  // A gateway that checks sessions itself.
  if (status === 401)
    return new Failure(EXIT.notSignedIn, 'unauthorized', 'The session was not accepted.');
  if (status >= 300 && status < 400)
    return new OddAnswer(
      `The address answers with a redirect${placeOf(headers)}. Give the service’s own address.`,
    );
  return new OddAnswer(
    `What answers at this address is not the sync service (HTTP ${status}). Is the URL right?`,
  );
}

function hintOf({ error, existingSyncId }: ApiErrorBody): string {
  if (error === 'unauthorized') return ' The session is missing or has expired.';
  return existingSyncId === undefined ? '' : ` It is ${existingSyncId}.`;
}

/** Where a redirect leads, without its query, which may hold anything. */
function placeOf(headers: Headers): string {
  const location = headers.get('location') ?? '';
  if (!URL.canParse(location)) return '';
  const { origin, pathname } = new URL(location);
  return ` to ${origin}${pathname}`;
}

/** `Retry-After` comes as seconds or as a date. */
function retryAfterMs(headers: Headers): number {
  const value = headers.get('retry-after')?.trim() ?? '';
  const wait = /^\d+$/.test(value) ? Number(value) * 1000 : Date.parse(value) - Date.now();
  return Number.isFinite(wait) ? Math.max(wait, 0) : 0;
}

/** The JSON of a text; undefined for anything else. */
export function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
