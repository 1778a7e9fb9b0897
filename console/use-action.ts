import { useCallback, useState } from 'preact/hooks';
import { asProblem, type Problem } from './api-client.ts';

export interface Action {
  busy: boolean;
  /** Of the last attempt. */
  problem: Problem | null;
  run: (work: () => Promise<void>) => void;
}

/** Something that a button does: not twice at once, and with what went wrong. */
export function useAction(): Action {
  const [busy, setBusy] = useState(false);
  const [problem, setProblem] = useState<Problem | null>(null);
  const run = useCallback((work: () => Promise<void>) => {
    setBusy(true);
    setProblem(null);
    work()
      .catch((error: unknown) => setProblem(asProblem(error)))
      .finally(() => setBusy(false));
  }, []);
  return { busy, problem, run };
}
