import { RESOURCES } from '../contract/resources.ts';
import type { SyncStatusBody } from '../contract/sync-status';
import { Notice, ProblemNotice } from './notice.tsx';
import { ResourceBar } from './resource-bar.tsx';
import { useServices } from './services.ts';
import { statusTone, statusWord } from './sync-words.ts';
import { Moment } from './time-words.tsx';
import type { Sync } from './use-sync.ts';

/** The running or last sync, and the buttons that start and cancel one. */
export function SyncCard({ sync, connected = true }: { sync: Sync; connected?: boolean }) {
  const { status, known, busy, problem, refusal } = sync;
  const running = status?.status === 'in_progress';
  return (
    <section class="card" aria-labelledby="sync-heading" aria-busy={!known}>
      <div class="card-head">
        <h2 id="sync-heading">Sync</h2>
        {status !== null && (
          <span class={`badge ${statusTone(status.status, status.partial)}`}>
            {statusWord(status.status, status.partial)}
          </span>
        )}
        <div class="actions">
          {running ? (
            <button type="button" class="danger" disabled={busy} onClick={sync.cancel}>
              Cancel sync
            </button>
          ) : (
            <>
              <button
                type="button"
                disabled={busy || !known || !connected}
                onClick={() => sync.start('full')}
                title="Fetches the last twelve months again"
              >
                Full sync
              </button>
              <button
                type="button"
                class="primary"
                disabled={busy || !known || !connected}
                onClick={() => sync.start('auto')}
              >
                Sync now
              </button>
            </>
          )}
        </div>
      </div>
      <ProblemNotice problem={refusal} title="That did not work" />
      <ProblemNotice problem={problem} title="The status is out of reach" onRetry={sync.reload} />
      {status === null ? (
        <p class="muted">{known ? 'Nothing has been synced yet.' : 'Loading …'}</p>
      ) : (
        <Status status={status} />
      )}
      {sync.nextScheduledSync !== null && (
        <p class="muted times">
          Next scheduled sync: <Moment at={sync.nextScheduledSync} />
        </p>
      )}
    </section>
  );
}

function Status({ status }: { status: SyncStatusBody }) {
  const running = status.status === 'in_progress';
  return (
    <>
      <div class="overall">
        <p id="sync-message">{status.message}</p>
        {running && (
          <>
            <span class="percent">{Math.floor(status.progress)} %</span>
            <progress aria-labelledby="sync-message" max={100} value={status.progress} />
          </>
        )}
      </div>
      {status.status === 'failed' && status.error !== null && (
        <Notice tone="bad" title="The sync failed">
          <p>{status.error.message}</p>
          <AmazonRequest id={status.error.requestId} />
        </Notice>
      )}
      <ul class="resources">
        {RESOURCES.map((name) => {
          const resource = status.resources[name];
          return (
            resource !== undefined && (
              <ResourceBar key={name} name={name} resource={resource} sync={status} />
            )
          );
        })}
      </ul>
      <p class="muted times">
        Started <Moment at={status.startedAt} />
        {status.completedAt !== null && (
          <>
            {', ended '}
            <Moment at={status.completedAt} />
          </>
        )}
        {running && status.estimatedCompletion !== null && (
          <>
            {', done at about '}
            <Moment at={status.estimatedCompletion} as="clock" />
          </>
        )}
        <RunLink syncId={status.syncId} />
      </p>
    </>
  );
}

/** For developers, whose stack says where Temporal's UI is. */
function RunLink({ syncId }: { syncId: string }) {
  const { runsUrl } = useServices().settings;
  if (runsUrl === '') return null;
  const query = encodeURIComponent(`AmazonSyncId="${syncId}"`);
  return (
    <>
      {' · '}
      <a href={`${runsUrl}?query=${query}`} target="_blank" rel="noreferrer">
        Its run in Temporal
      </a>
    </>
  );
}

/** What Amazon's support asks for. */
export function AmazonRequest({ id }: { id: string | null }) {
  if (id === null) return null;
  return (
    <p class="muted">
      Amazon’s request <code>{id}</code>
    </p>
  );
}
