import { useState } from 'preact/hooks';
import type { SyncHistoryEntry } from '../contract/sync-history';
import { ProblemNotice } from './notice.tsx';
import { useServices } from './services.ts';
import { syncActivity, syncHistory } from './sync-answers.ts';
import { countWords, durationWords, statusTone, statusWord } from './sync-words.ts';
import { Moment } from './time-words.tsx';
import { useLoad } from './use-load.ts';

const LIMIT = 20;

const TRIGGERS = { manual: 'By hand', schedule: 'Scheduled', connect: 'First sync' } as const;

/** Past syncs, and what happened in words. */
export function HistoryView({ ended }: { ended: number }) {
  return (
    <>
      <h1 class="visually-hidden">History</h1>
      <PastSyncs ended={ended} />
      <Activity ended={ended} />
    </>
  );
}

function PastSyncs({ ended }: { ended: number }) {
  const { api } = useServices();
  const [offset, setOffset] = useState(0);
  const { value, problem, loading, reload } = useLoad(`history ${offset} ${ended}`, (signal) =>
    api.get(`/api/sync/history?limit=${LIMIT}&offset=${offset}`, syncHistory, signal),
  );
  return (
    <section class="card" aria-labelledby="past-syncs">
      <div class="card-head">
        <h2 id="past-syncs">Syncs</h2>
      </div>
      <ProblemNotice problem={problem} title="Past syncs could not be read" onRetry={reload} />
      {value?.total === 0 && <p class="muted">Nothing has been synced yet.</p>}
      {value !== null && value.total > 0 && (
        <>
          {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keyboard */}
          <section class="table-box" aria-label="Past syncs" tabIndex={0} aria-busy={loading}>
            <table>
              <thead>
                <tr>
                  <th scope="col">Started</th>
                  <th scope="col">Outcome</th>
                  <th scope="col">Kind</th>
                  <th scope="col" class="number">
                    Took
                  </th>
                  <th scope="col" class="number">
                    Orders
                  </th>
                  <th scope="col" class="number">
                    Inventory
                  </th>
                  <th scope="col" class="number">
                    Claims
                  </th>
                </tr>
              </thead>
              <tbody>
                {value.syncs.map((sync) => (
                  <SyncRow key={sync.syncId} sync={sync} />
                ))}
              </tbody>
            </table>
          </section>
          {value.total > LIMIT && (
            <div class="actions">
              <button
                type="button"
                disabled={offset === 0 || loading}
                onClick={() => setOffset(offset - LIMIT)}
              >
                Newer
              </button>
              <button
                type="button"
                disabled={offset + LIMIT >= value.total || loading}
                onClick={() => setOffset(offset + LIMIT)}
              >
                Older
              </button>
              <p class="muted">{countWords(value.total, 'sync')}</p>
            </div>
          )}
        </>
      )}
    </section>
  );
}

function SyncRow({ sync }: { sync: SyncHistoryEntry }) {
  const { status, partial, error, duration } = sync;
  const count = (value: number | null) => (value === null ? '' : value.toLocaleString());
  return (
    <tr>
      <th scope="row">
        <Moment at={sync.startedAt} />
      </th>
      <td class="title">
        <span class={`badge ${statusTone(status, partial)}`}>{statusWord(status, partial)}</span>
        {error !== null && <p class="hint">{error.message}</p>}
      </td>
      <td>
        {TRIGGERS[sync.trigger]}
        {sync.mode === 'full' && sync.trigger !== 'connect' && ', full'}
      </td>
      <td class="number">{duration === null ? '' : durationWords(duration)}</td>
      <td class="number">{count(sync.ordersProcessed)}</td>
      <td class="number">{count(sync.inventoryCount)}</td>
      <td class="number">{count(sync.claimsDetected)}</td>
    </tr>
  );
}

const TONES = { success: 'good', warning: 'warn', info: 'calm' } as const;
const WORDS = { success: 'Success', warning: 'Warning', info: 'Note' } as const;

function Activity({ ended }: { ended: number }) {
  const { api } = useServices();
  const { value, problem, reload } = useLoad(`activity ${ended}`, (signal) =>
    api.get('/api/sync/activity?limit=30', syncActivity, signal),
  );
  return (
    <section class="card" aria-labelledby="activity">
      <div class="card-head">
        <h2 id="activity">Activity</h2>
      </div>
      <ProblemNotice problem={problem} title="The activity could not be read" onRetry={reload} />
      {value?.length === 0 && <p class="muted">Nothing has happened yet.</p>}
      {value !== null && value.length > 0 && (
        <ul class="feed">
          {value.map(({ timestamp, type, message, syncId }, index) => (
            // Two events of one sync can happen at the same moment.
            <li key={`${syncId} ${timestamp} ${index}`}>
              <span class={`badge ${TONES[type]}`}>{WORDS[type]}</span>
              <span class="feed-words">{message}</span>
              <span class="muted">
                <Moment at={timestamp} />
              </span>
            </li>
          ))}
        </ul>
      )}
    </section>
  );
}
