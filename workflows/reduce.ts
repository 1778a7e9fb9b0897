import { mapResources, type PerResource, RESOURCES, type Resource } from '../contract/resources';
import { NOTHING_YET } from '../contract/starting-state';
import { stepsOf } from '../contract/status-body';
import type { ResourceSteps, SyncState } from '../contract/sync-state';
import type { SyncError } from '../contract/sync-status';

/** What is planned of each resource that the sync fetches: one that is not named is none of this sync's. */
export type Parts = PerResource<{ reports: number; direct: number }>;

/** Everything that can happen to a sync. */
export type SyncEvent =
  | { type: 'planned'; parts: Parts }
  | { type: 'requested'; resource: Resource }
  | { type: 'ready'; resource: Resource }
  | { type: 'imported'; resource: Resource; records: number }
  /** A report was FATAL: two of half its range take its place. */
  | { type: 'split'; resource: Resource }
  /** A report was ready and not what was asked for: it is asked for again. */
  | { type: 'repeated'; resource: Resource }
  /** With an error where a part of it is missing. */
  | { type: 'resource_complete'; resource: Resource; error: SyncError | null }
  | { type: 'resource_failed'; resource: Resource; error: SyncError }
  | { type: 'finished'; at: string }
  | { type: 'failed'; at: string; error: SyncError }
  | { type: 'cancelled'; at: string };

/** The one place where the state of a sync changes. Terminal states are final; progress never falls. */
export function reduce(state: SyncState, event: SyncEvent): SyncState {
  if (state.status !== 'in_progress') return state;
  const next = apply(state, event);
  return { ...next, progress: Math.max(state.progress, progressOf(next)) };
}

function apply(state: SyncState, event: SyncEvent): SyncState {
  switch (event.type) {
    case 'planned':
      return {
        ...state,
        planned: true,
        resources: mapResources(event.parts, (parts) => ({ ...NOTHING_YET, ...parts })),
      };
    case 'requested':
      return withSteps(state, event.resource, ({ requested }) => ({ requested: requested + 1 }));
    case 'ready':
      return withSteps(state, event.resource, ({ ready }) => ({ ready: ready + 1 }));
    case 'split':
      return withSteps(state, event.resource, ({ reports, requested }) => ({
        reports: reports + 1,
        requested: requested - 1,
      }));
    case 'repeated':
      return withSteps(state, event.resource, ({ requested, ready }) => ({
        requested: requested - 1,
        ready: ready - 1,
      }));
    case 'imported':
      return withSteps(state, event.resource, ({ imported, records }) => ({
        imported: imported + 1,
        records: records + event.records,
      }));
    case 'resource_complete':
      return withSteps(state, event.resource, () => ({ outcome: 'complete', error: event.error }));
    case 'resource_failed':
      return withSteps(state, event.resource, () => ({ outcome: 'failed', error: event.error }));
    case 'finished':
      return finished(state, event.at);
    case 'failed':
      return { ...state, status: 'failed', completedAt: event.at, error: event.error };
    case 'cancelled':
      return { ...state, status: 'cancelled', completedAt: event.at };
    default:
      return event satisfies never;
  }
}

function withSteps(
  state: SyncState,
  resource: Resource,
  change: (steps: ResourceSteps) => Partial<ResourceSteps>,
): SyncState {
  const steps = state.resources[resource];
  if (steps?.outcome !== 'open') return state;
  return {
    ...state,
    resources: { ...state.resources, [resource]: { ...steps, ...change(steps) } },
  };
}

/** One resource that failed leaves the others complete; only when all failed has the sync failed. */
function finished(state: SyncState, at: string): SyncState {
  const outcomes = RESOURCES.flatMap((resource) => state.resources[resource] ?? []);
  const allFailed = outcomes.every(({ outcome }) => outcome === 'failed');
  return {
    ...state,
    status: allFailed ? 'failed' : 'complete',
    completedAt: at,
    error: allFailed ? (outcomes[0]?.error ?? null) : null,
  };
}

/** Done steps over known steps; 100 only for a sync that is complete. */
function progressOf(state: SyncState): number {
  if (state.status === 'complete') return 100;
  if (!state.planned) return 0;
  let done = 0;
  let total = 0;
  for (const resource of RESOURCES) {
    const own = state.resources[resource];
    if (own === undefined) continue;
    const steps = stepsOf(own);
    // A resource without steps of its own counts as one step, done when the resource is.
    const known = Math.max(steps.total, 1);
    done += own.outcome === 'open' ? steps.done : known;
    total += known;
  }
  return Math.min(99, Math.floor((100 * done) / total));
}
