import { useEffect, useState } from 'preact/hooks';
import type { SyncStatusBody } from '../contract/sync-status';
import { asProblem, type Problem } from './api-client.ts';
import { useServices } from './services.ts';
import { anything } from './shapes.ts';
import { syncOverview, syncStarted, syncStatus } from './sync-answers.ts';
import { useAction } from './use-action.ts';
import { useLoad } from './use-load.ts';
import { watchSync } from './watch-sync.ts';

/** The sync that matters now: the running one, or else the last. */
export interface Sync {
  status: SyncStatusBody | null;
  /** False until it is known whether there is one. */
  known: boolean;
  nextScheduledSync: string | null;
  problem: Problem | null;
  /** Of the last button pressed. */
  refusal: Problem | null;
  busy: boolean;
  /** Grows with each sync that ends: what is shown of the data is old then. */
  ended: number;
  start: (mode: 'auto' | 'full') => void;
  cancel: () => void;
  reload: () => void;
}

/** Syncs also start by schedule, or in another window. */
const LOOK_MS = 60_000;

/** Follows the user's sync. `wanted` names one to begin with, as Amazon's way back does. */
export function useSync(wanted: string | null): Sync {
  const { api, announce } = useServices();
  const overview = useLoad('overview', async (signal) => {
    const answer = await api.get('/api/sync/status', syncOverview, signal);
    const named =
      wanted === null || answer.activeSync?.syncId === wanted
        ? null
        : await api.get(`/api/sync/status/${encodeURIComponent(wanted)}`, syncStatus, signal).catch(
            // An id in an address may be anything; the newest sync is shown in its place.
            () => null,
          );
    return { ...answer, shown: answer.activeSync ?? named ?? answer.lastSync };
  });
  const [live, setLive] = useState<SyncStatusBody | null>(null);
  const [watching, setWatching] = useState<string | null>(null);
  const [watchProblem, setWatchProblem] = useState<Problem | null>(null);
  const { run, busy, problem: refusal } = useAction();
  const [ended, setEnded] = useState(0);
  const { reload } = overview;

  const shown = overview.value?.shown ?? null;
  useEffect(() => {
    if (shown === null) {
      // None is left after all data was deleted.
      if (overview.value !== null && watching === null) setLive(null);
      return;
    }
    setLive((before) => (before !== null && before.startedAt > shown.startedAt ? before : shown));
    if (shown.status === 'in_progress') setWatching(shown.syncId);
  }, [shown]);

  useEffect(() => {
    if (watching === null) return;
    return watchSync(api, watching, {
      onStatus(status) {
        setWatchProblem(null);
        setLive(status);
        if (status.status === 'in_progress') return;
        setWatching(null);
        setEnded((before) => before + 1);
        announce(status.message);
        reload();
      },
      onProblem: setWatchProblem,
    });
  }, [watching, api, announce, reload]);

  useEffect(() => {
    const look = () => {
      if (document.visibilityState === 'visible') reload();
    };
    const timer = setInterval(look, LOOK_MS);
    document.addEventListener('visibilitychange', look);
    return () => {
      clearInterval(timer);
      document.removeEventListener('visibilitychange', look);
    };
  }, [reload]);

  return {
    status: live,
    known: overview.value !== null,
    nextScheduledSync: overview.value?.nextScheduledSync ?? null,
    problem: watchProblem ?? overview.problem,
    refusal,
    busy,
    ended,
    reload,
    start: (mode) =>
      run(async () => {
        const { syncId } = await api
          .send('POST', '/api/v1/integrations/amazon/sync', syncStarted, { mode })
          .catch((error: unknown) => {
            // Another window was quicker: what runs is what was wanted.
            const existing = asProblem(error).details.existingSyncId;
            if (existing == null) throw error;
            return { syncId: existing };
          });
        setLive(await api.get(`/api/sync/status/${encodeURIComponent(syncId)}`, syncStatus));
        setWatching(syncId);
        announce('Sync started');
      }),
    cancel: () =>
      run(async () => {
        if (watching === null) return;
        await api.send('POST', `/api/sync/cancel/${encodeURIComponent(watching)}`, anything);
        announce('The sync is being cancelled');
      }),
  };
}
