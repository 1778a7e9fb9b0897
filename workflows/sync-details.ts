import { RESOURCE_WORDS, RESOURCES } from '../contract/resources';
import { statusBodyOf } from '../contract/status-body';
import type { SyncState } from '../contract/sync-state';
import type { ResourceProgress, ResourceState, SyncError } from '../contract/sync-status';

/**
 * A page on a sync, as Markdown, for who opens its run in the Temporal UI. What waits, and until when, the workflow
 * does not know: Temporal lists it on the same page.
 */
export function syncDetails(state: SyncState): string {
  const { syncId, startedAt, completedAt } = state;
  const { message, progress, resources, error } = statusBodyOf(state, {}, Date.parse(startedAt));
  return [
    `**${oneLine(message)}** (${progress} %)`,
    '',
    ...RESOURCES.flatMap((resource) => {
      const known = resources[resource];
      return known === undefined
        ? []
        : [`- ${RESOURCE_WORDS[resource].title}: ${resourceText(known)}`];
    }),
    '',
    `${syncId}, from ${startedAt} ${completedAt === null ? 'on' : `to ${completedAt}`}`,
    ...(error === null ? [] : ['', `Ended by ${errorText(error)}`]),
  ].join('\n');
}

const STATES: Record<ResourceState, string> = {
  pending: 'not begun',
  requesting: 'requests reports',
  waiting: 'waits for reports',
  importing: 'imports',
  complete: 'complete',
  failed: 'failed',
};

function resourceText({ state, done, total, records, error }: ResourceProgress): string {
  return [
    STATES[state],
    ...(total === null ? [] : [`${done} of ${total} steps`]),
    ...(records === null ? [] : [`${records.toLocaleString('en-US')} rows`]),
    ...(error === null ? [] : [errorText(error)]),
  ].join(', ');
}

function errorText({ type, message, requestId }: SyncError): string {
  const request = requestId === null ? '' : `, Amazon's request ${requestId}`;
  return `${type}: ${oneLine(message)}${request}`;
}

function oneLine(text: string): string {
  return text.replaceAll(/\s+/g, ' ').trim();
}
