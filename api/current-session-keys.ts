import type { Logger } from '../observability/logger';
import type { SessionKeys } from '../settings/session-keys';
import type { SessionSettings } from '../settings/session-settings';

interface CurrentSessionKeysDeps {
  session: Pick<SessionSettings, 'keys' | 'readKeys'>;
  log: Logger;
  /** Epoch ms. */
  now: () => number;
}

/** A key that was taken away is good for that long still; its file is read no more often. */
const FRESH_MS = 1_000;

/**
 * The keys of sessions as they are now, so that one is added or taken away without a restart. A set that cannot be
 * used, such as one that is being written, leaves the keys as they were.
 */
export function createCurrentSessionKeys({
  session,
  log,
  now,
}: CurrentSessionKeysDeps): SessionKeys {
  let { keys } = session;
  let readAt = now();
  let told = '';

  function refresh(): void {
    readAt = now();
    const read = session.readKeys();
    if (read.kind === 'keys') keys = read.keys;
    else if (read.fault !== told)
      log.error({ fault: read.fault }, 'session keys stay as they were');
    told = read.kind === 'keys' ? '' : read.fault;
  }

  return {
    keyFor(kid) {
      // A clock that was set back must not keep them for longer.
      if (Math.abs(now() - readAt) >= FRESH_MS) refresh();
      return keys.keyFor(kid);
    },
  };
}
