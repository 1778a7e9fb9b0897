import type { SyncStatusBody } from '../contract/sync-status';
import { type Api, asProblem, type Problem } from './api-client.ts';
import { syncStatus } from './sync-answers.ts';

export interface Watcher {
  onStatus: (status: SyncStatusBody) => void;
  /** The way to the status failed; it is tried again unless the session or the sync is gone. */
  onProblem: (problem: Problem) => void;
}

/** Between two questions where no stream comes through. */
const POLL_MS = 3_000;

/** A stream is silent for 15 s at most: the server's heartbeat is not seen here, but it changes more often. */
const SILENCE_MS = 20_000;

/**
 * Follows a sync to its end: by server-sent events, and by asking every few seconds wherever a stream breaks off
 * or stays silent. Returns how to stop.
 */
export function watchSync(api: Api, syncId: string, { onStatus, onProblem }: Watcher): () => void {
  const abort = new AbortController();
  const path = encodeURIComponent(syncId);
  let timer: ReturnType<typeof setTimeout> | undefined;
  let stream: EventSource | null = null;

  const stop = () => {
    abort.abort();
    clearTimeout(timer);
    stream?.close();
  };

  const show = (status: SyncStatusBody) => {
    if (abort.signal.aborted) return;
    if (status.status !== 'in_progress') stop();
    onStatus(status);
  };

  const ask = async () => {
    try {
      show(await api.get(`/api/sync/status/${path}`, syncStatus, abort.signal));
    } catch (error) {
      if (abort.signal.aborted) return;
      const problem = asProblem(error);
      if (!problem.mayPass) stop();
      onProblem(problem);
    }
    // A browser gives a stream up when it is refused; one that only broke off comes back by itself.
    if (stream?.readyState === EventSource.CLOSED) stream = null;
    schedule(stream?.readyState === EventSource.OPEN ? SILENCE_MS : POLL_MS);
  };

  const schedule = (milliseconds: number) => {
    clearTimeout(timer);
    if (!abort.signal.aborted) timer = setTimeout(ask, milliseconds);
  };

  stream = new EventSource(`/api/sse/sync-progress/${path}`);
  stream.onmessage = ({ data }) => {
    schedule(SILENCE_MS);
    try {
      show(syncStatus(JSON.parse(String(data)), ''));
    } catch {
      // Not understood here: the question answers the same, and says what is wrong with it.
      schedule(0);
    }
  };
  // Why a stream failed is told to nobody; the answer to a question says it.
  stream.onerror = () => schedule(0);
  schedule(SILENCE_MS);
  return stop;
}
