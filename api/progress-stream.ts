import { Readable } from 'node:stream';
import type { SyncStatusBody } from '../contract/sync-status';
import type { StatusReader } from './status-reader';

/** Who listens to one sync. */
export interface Listening {
  userKey: string;
  syncId: string;
  /** When the session ends, epoch ms: the stream ends with it. */
  expiresAt: number;
  /** What the listener is shown at once. */
  first: SyncStatusBody;
}

export interface ProgressStreams {
  /**
   * Server-sent events of one sync, to its end. `full` when there are as many listeners as may be, or when this
   * process is about to end; `too_many` when the user has as many as one may have.
   */
  listen(listening: Listening): Readable | 'full' | 'too_many';
  /** How many listen now. */
  listeners(): number;
  /** Ends all streams; their clients come back, and to another process. */
  close(): void;
}

interface ProgressStreamsDeps {
  statuses: Pick<StatusReader, 'read'>;
  /** Epoch ms. */
  now: () => number;
  /** Listeners that one user may have here. */
  perUser: number;
}

/** One question a second for each sync that is listened to, whatever the number of its listeners. */
const POLL_MS = 1_000;

/** Proxies close connections on which nothing comes for some 30 to 60 s. */
const HEARTBEAT_MS = 15_000;

/** A client that takes nothing of three heartbeats does not read, or is gone. */
export const IDLE_MS = 4 * HEARTBEAT_MS;

/** Each is a socket and some 20 KB. */
const MOST_LISTENERS = 20_000;

/** The id of the message that says how a sync ended: who has seen it need not come back. */
export function endId(syncId: string): string {
  return `${syncId}-ended`;
}

/** Without the first status: thousands of them would be kept for nothing. */
interface Listener extends Omit<Listening, 'first'> {
  stream: Readable;
  /** What was sent last, to send only changes. */
  sent: string;
  sentAt: number;
}

interface Message {
  data: string;
  isEnd: boolean;
}

function messageOf(status: SyncStatusBody): Message {
  return { data: JSON.stringify(status), isEnd: status.status !== 'in_progress' };
}

/** The listeners of one sync, and the one timer that asks for them. */
interface Watch {
  listeners: Set<Listener>;
  timer: NodeJS.Timeout;
  asking: boolean;
}

/** Whether as much waits to be read as may. */
function isBehind({ readableLength, readableHighWaterMark }: Readable): boolean {
  return readableLength >= readableHighWaterMark;
}

/** Keeps the streams of a process. A sync that nobody listens to costs nothing. */
export function createProgressStreams({
  statuses,
  now,
  perUser,
}: ProgressStreamsDeps): ProgressStreams {
  const watches = new Map<string, Watch>();
  const ofUsers = new Map<string, number>();
  let count = 0;
  let isClosed = false;

  function leave(listener: Listener): void {
    const watch = watches.get(listener.syncId);
    if (watch === undefined || !watch.listeners.delete(listener)) return;
    count -= 1;
    const left = (ofUsers.get(listener.userKey) ?? 1) - 1;
    if (left === 0) ofUsers.delete(listener.userKey);
    else ofUsers.set(listener.userKey, left);
    listener.stream.push(null);
    if (watch.listeners.size > 0) return;
    clearInterval(watch.timer);
    watches.delete(listener.syncId);
  }

  function send(listener: Listener, { data, isEnd }: Message): void {
    // A listener that reads slowly is spared what is between: the next status says it all again.
    if (data === listener.sent || (isBehind(listener.stream) && !isEnd)) return;
    listener.sent = data;
    listener.sentAt = now();
    const id = isEnd ? endId(listener.syncId) : String(listener.sentAt);
    listener.stream.push(`id: ${id}\ndata: ${data}\n\n`);
    if (isEnd) leave(listener);
  }

  function beat(listener: Listener): void {
    const { stream, sentAt, expiresAt } = listener;
    if (now() >= expiresAt) {
      leave(listener);
    } else if (now() - sentAt >= HEARTBEAT_MS && !isBehind(stream)) {
      listener.sentAt = now();
      stream.push(': still here\n\n');
    }
  }

  /** An answer that does not come, because a server is away for a moment, is asked for again. */
  async function ask(syncId: string): Promise<void> {
    const watch = watches.get(syncId);
    const [any] = watch?.listeners ?? [];
    if (watch === undefined || any === undefined) return;
    for (const listener of watch.listeners) beat(listener);
    if (watch.asking) return;
    watch.asking = true;
    const status = await statuses.read(any.userKey, syncId).catch(() => 'unknown' as const);
    watch.asking = false;
    if (status === 'unknown') return;
    if (status === undefined) {
      // It was deleted. Who comes back is told so.
      for (const listener of watch.listeners) leave(listener);
      return;
    }
    // Written out once: thousands may listen.
    const message = messageOf(status);
    for (const listener of watch.listeners) send(listener, message);
  }

  return {
    listen(listening) {
      // A client whose stream was closed comes back at once, on a connection that is still there.
      if (isClosed || count >= MOST_LISTENERS) return 'full';
      const { syncId, userKey, expiresAt, first } = listening;
      const others = ofUsers.get(userKey) ?? 0;
      if (others >= perUser) return 'too_many';
      const watch = watches.get(syncId) ?? {
        listeners: new Set(),
        timer: setInterval(() => void ask(syncId), POLL_MS),
        asking: false,
      };
      watches.set(syncId, watch);
      const listener: Listener = {
        syncId,
        userKey,
        expiresAt,
        // What is sent is pushed when it is there; there is nothing to read ahead.
        stream: new Readable({ read: () => undefined }),
        sent: '',
        sentAt: now(),
      };
      watch.listeners.add(listener);
      count += 1;
      ofUsers.set(userKey, others + 1);
      // The client left, or the server cut it off: either way the stream is closed.
      listener.stream.on('close', () => leave(listener));
      send(listener, messageOf(first));
      return listener.stream;
    },
    listeners: () => count,
    close() {
      isClosed = true;
      for (const { listeners } of watches.values()) {
        for (const listener of listeners) leave(listener);
      }
    },
  };
}
