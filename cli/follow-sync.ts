import { setTimeout } from 'node:timers/promises';
import { SyncStatusBody } from '../contract/sync-status';
import type { Answer, ApiClient } from './api-client';
import { readEvents } from './event-stream';
import { EXIT } from './exit-codes';
import { Failure, OddAnswer, OutOfReach } from './failure';
import { jsonOf } from './read-answer';

export type Shown = Answer<SyncStatusBody>;

/** The API sends a comment every 15 s; a line that is silent for three of them is dead. */
const SILENCE_MS = 45_000;

/** The first message comes at once; where it does not, something on the way keeps messages back. */
const FIRST_MESSAGE_MS = 10_000;

/** How often a status is asked for where streams do not come through. */
const POLL_MS = 2_000;

/** Before a stream that ended early is asked for again: a process that restarts hands over to another. */
const RECONNECT_MS = 500;

/** What becomes of one stream: it told the end, it is to be asked for again, or it is of no use here. */
type StreamEnd = 'ended' | 'again' | 'useless';

export function statusPath(syncId: string): string {
  return `/api/sync/status?syncId=${encodeURIComponent(syncId)}`;
}

/**
 * Gives each status of a sync to its end: from the event stream, taken up again where it breaks, or by polling
 * where there is none. `onTrouble` is told why it is trying again. Throws {@link Failure} when the service stays
 * away, or the session ends.
 */
export async function* followSync(
  api: ApiClient,
  syncId: string,
  onTrouble: (message: string) => void,
): AsyncGenerator<Shown> {
  const patience = api.patience();
  let lastEventId = '';
  let polling = false;
  for (;;) {
    try {
      if (polling) {
        const shown = await api.jsonOnce(statusPath(syncId), SyncStatusBody);
        patience.answered();
        yield shown;
        if (hasEnded(shown)) return;
        await setTimeout(POLL_MS, undefined, { signal: api.signal });
        continue;
      }
      const stream = streamOf(api, syncId, lastEventId);
      for (;;) {
        const { value, done } = await stream.next();
        if (done) {
          if (value === 'ended') return;
          polling = value === 'useless';
          break;
        }
        patience.answered();
        lastEventId = value.id;
        yield value.shown;
      }
      if (!polling) await setTimeout(RECONNECT_MS, undefined, { signal: api.signal });
    } catch (error) {
      if (error instanceof OutOfReach) onTrouble(`${error.message} Trying again …`);
      await patience.pauseAfter(error);
    }
  }
}

async function* streamOf(
  api: ApiClient,
  syncId: string,
  lastEventId: string,
): AsyncGenerator<{ id: string; shown: Shown }, StreamEnd> {
  const silence = new AbortController();
  let timer = globalThis.setTimeout(() => silence.abort(), FIRST_MESSAGE_MS);
  let messages = 0;
  try {
    const response = await api.openOnce(`/api/sse/sync-progress/${encodeURIComponent(syncId)}`, {
      signal: silence.signal,
      headers: {
        accept: 'text/event-stream',
        ...(lastEventId !== '' && { 'last-event-id': lastEventId }),
      },
    });
    // We have seen the end before: whoever asked us to go on had it already.
    if (response.status === 204) return 'ended';
    const isStream = response.headers.get('content-type')?.startsWith('text/event-stream');
    if (!isStream || response.body === null) {
      await response.body?.cancel();
      return 'useless';
    }
    for await (const { id, data } of readEvents(response.body)) {
      clearTimeout(timer);
      timer = globalThis.setTimeout(() => silence.abort(), SILENCE_MS);
      if (data === undefined) continue;
      const shown = shownOf(data);
      messages += 1;
      yield { id, shown };
      if (hasEnded(shown)) return 'ended';
    }
    return messages > 0 ? 'again' : 'useless';
  } catch (error) {
    if (api.signal.aborted) throw error;
    // Streams do not come through, but statuses may: asking for one tells what is really wrong.
    if (error instanceof OddAnswer) return 'useless';
    if (error instanceof Failure && !silence.signal.aborted) throw error;
    // A line that broke or went dead; whether the service is away shows when it is asked again.
    return messages > 0 ? 'again' : 'useless';
  } finally {
    clearTimeout(timer);
    silence.abort();
  }
}

function shownOf(data: string): Shown {
  const raw = jsonOf(data);
  const parsed = SyncStatusBody.safeParse(raw);
  if (!parsed.success) throw new OddAnswer('A message of the stream is not a status.');
  return { body: parsed.data, raw };
}

function hasEnded({ body }: Shown): boolean {
  return body.status !== 'in_progress';
}

/** What a script learns from the state of a sync. */
export function exitOf({ status, partial }: SyncStatusBody) {
  switch (status) {
    case 'failed':
      return EXIT.failed;
    case 'cancelled':
      return EXIT.cancelled;
    default:
      return partial ? EXIT.partial : EXIT.ok;
  }
}
