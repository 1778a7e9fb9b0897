import { RESOURCE_WORDS, type Resource } from '../contract/resources.ts';
import type { ResourceProgress, SyncStatusBody } from '../contract/sync-status';
import { countWords, resourceWords, type Tone } from './sync-words.ts';
import { Moment, Until } from './time-words.tsx';

interface ResourceBarProps {
  name: Resource;
  resource: ResourceProgress;
  sync: SyncStatusBody;
}

/** How far one resource is, what it waits for, and until when. */
export function ResourceBar({ name, resource, sync }: ResourceBarProps) {
  const { done, total, records, waitingUntil, error, attempt } = resource;
  const id = `progress-${name}`;
  return (
    <li class={`resource ${toneOf(resource, sync)}`}>
      <div class="resource-head">
        <label for={id}>{RESOURCE_WORDS[name].title}</label>
        <span class="resource-count">
          {records === null ? '' : countWords(records, RESOURCE_WORDS[name].noun)}
        </span>
      </div>
      <progress id={id} max={total ?? 1} value={stepsDone(resource)}>
        {total === null ? '' : `${done} of ${total} steps`}
      </progress>
      <p class="resource-words">
        {resourceWords(resource, sync)}
        {waitingUntil !== null && (
          <>
            {': next try at '}
            <Moment at={waitingUntil} as="clock" /> (<Until at={waitingUntil} />)
          </>
        )}
        {resource.reason === 'retry' && attempt !== null && `, attempt ${attempt}`}
      </p>
      {error !== null && (
        <p class="resource-error">
          {error.message}
          {error.requestId !== null && (
            <>
              {' (Amazon’s request '}
              <code>{error.requestId}</code>)
            </>
          )}
        </p>
      )}
    </li>
  );
}

function toneOf({ state, error }: ResourceProgress, sync: SyncStatusBody): Tone {
  if (state === 'failed') return 'bad';
  if (state === 'complete') return error === null ? 'good' : 'warn';
  return sync.status === 'in_progress' && error !== null ? 'warn' : 'calm';
}

/** A resource whose steps are not known yet has none done; one that is complete has all. */
function stepsDone({ state, done, total }: ResourceProgress): number {
  if (state === 'complete') return total ?? 1;
  return total === null ? 0 : done;
}
