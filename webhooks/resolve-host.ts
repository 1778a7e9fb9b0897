import { Resolver } from 'node:dns/promises';

/** All addresses of a name, at least one. Rejects when there is none. */
export type ResolveHost = (name: string, signal: AbortSignal) => Promise<string[]>;

/** A server that is asked gets 2 s, twice; a request has 15 s for everything. */
const RESOLVER = { timeout: 2_000, tries: 2 };

/**
 * Asks DNS itself, and not the system: that one answers on Node's few threads, which names that take long to
 * resolve could keep busy, and it also knows names that only this machine has.
 */
export const resolveHost: ResolveHost = async (name, signal) => {
  const resolver = new Resolver(RESOLVER);
  const cancel = () => resolver.cancel();
  signal.addEventListener('abort', cancel, { once: true });
  try {
    const answers = await Promise.allSettled([resolver.resolve4(name), resolver.resolve6(name)]);
    const addresses = answers.flatMap((answer) =>
      answer.status === 'fulfilled' ? answer.value : [],
    );
    const [first] = answers;
    if (addresses.length === 0 && first.status === 'rejected') throw first.reason;
    return addresses;
  } finally {
    signal.removeEventListener('abort', cancel);
  }
};
