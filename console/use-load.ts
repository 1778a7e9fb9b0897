import { useCallback, useEffect, useState } from 'preact/hooks';
import { asProblem, type Problem } from './api-client.ts';

export interface Loaded<Value> {
  /** What was read last; it stays while a newer one is on its way, or does not come. */
  value: Value | null;
  problem: Problem | null;
  loading: boolean;
  reload: () => void;
}

/** What a restart of a server behind takes, where it did not say. */
const RETRY_MS = 5_000;

/**
 * Reads something now and whenever the key changes. What failed and may pass is asked for again by itself, as
 * long as the part of the page that wants it is there.
 */
export function useLoad<Value>(
  key: string,
  load: (signal: AbortSignal) => Promise<Value>,
): Loaded<Value> {
  const [state, setState] = useState<Omit<Loaded<Value>, 'reload'> & { key: string }>({
    key,
    value: null,
    problem: null,
    loading: true,
  });
  const [round, setRound] = useState(0);
  const reload = useCallback(() => setRound((before) => before + 1), []);
  useEffect(() => {
    const abort = new AbortController();
    let retry: ReturnType<typeof setTimeout> | undefined;
    setState((before) => ({ ...before, key, loading: true }));
    load(abort.signal).then(
      (value) => {
        if (!abort.signal.aborted) setState({ key, value, problem: null, loading: false });
      },
      (error: unknown) => {
        if (abort.signal.aborted) return;
        const problem = asProblem(error);
        setState((before) => ({ ...before, key, problem, loading: false }));
        if (problem.mayPass) {
          const seconds = problem.details.retryAfter;
          retry = setTimeout(reload, seconds ? seconds * 1000 : RETRY_MS);
        }
      },
    );
    return () => {
      abort.abort();
      clearTimeout(retry);
    };
    // `load` is new at each rendering; the key says when it is another one.
  }, [key, round]);
  // Before the effect of a new key has begun, too: what is shown is of the key before.
  return { ...state, loading: state.loading || state.key !== key, reload };
}
