import { mapResources, RESOURCES, type Resource } from './resources';
import { endText, progressText, waitText } from './status-text';
import type { ResourceSteps, SyncState } from './sync-state';
import type { ResourceProgress, ResourceState, SyncStatusBody, WaitReason } from './sync-status';

/** What Temporal knows of a running resource and the workflow does not. */
export interface LiveResource {
  /** Rows written by activities that are still running. */
  records: number;
  waiting: {
    reason: WaitReason;
    until: number;
    attempt: number;
    error: string | null;
    /** Amazon's, of the request that failed. */
    requestId: string | null;
  } | null;
}

export type Live = Partial<Record<Resource, LiveResource>>;

/** Turns a state, and what is known of its pending activities, into the body that clients see. */
export function statusBodyOf(state: SyncState, live: Live, now: number): SyncStatusBody {
  const resources = mapResources(state.resources, (steps, resource) =>
    resourceProgressOf(steps, live[resource]),
  );
  const { orders, inventory, claims } = resources;
  return {
    syncId: state.syncId,
    status: state.status,
    progress: state.progress,
    message: state.status === 'in_progress' ? runningText(state, live, now) : endText(state),
    startedAt: state.startedAt,
    completedAt: state.completedAt,
    estimatedCompletion: estimatedCompletion(state, live, now),
    ordersProcessed: orders.records,
    totalOrders: orders.state === 'complete' ? orders.records : null,
    inventoryCount: inventory.records,
    claimsDetected: claims.records,
    partial: isPartial(state),
    resources,
    error: state.error,
  };
}

/** Whether a sync that is complete lacks a resource, or a part of one. */
export function isPartial(state: SyncState): boolean {
  return (
    state.status === 'complete' &&
    RESOURCES.some((resource) => (state.resources[resource]?.error ?? null) !== null)
  );
}

/** Steps done and known of one resource; a report is three: requested, ready, imported. */
export function stepsOf(steps: ResourceSteps): { done: number; total: number } {
  return {
    done: steps.requested + steps.ready + steps.imported,
    total: 3 * steps.reports + steps.direct,
  };
}

function resourceProgressOf(
  steps: ResourceSteps,
  live: LiveResource | undefined,
): ResourceProgress {
  const { done, total } = stepsOf(steps);
  const open = steps.outcome === 'open';
  const waiting = open ? (live?.waiting ?? null) : null;
  return {
    state: waiting === null ? stateOf(steps, total, live) : 'waiting',
    done,
    total: total === 0 ? null : total,
    records: total === 0 && open ? null : steps.records + (open ? (live?.records ?? 0) : 0),
    waitingUntil: waiting === null ? null : new Date(waiting.until).toISOString(),
    reason: waiting?.reason ?? null,
    attempt: waiting?.attempt ?? null,
    error:
      steps.error ??
      (waiting?.error == null
        ? null
        : { type: 'retrying', message: waiting.error, requestId: waiting.requestId }),
  };
}

function stateOf(
  steps: ResourceSteps,
  total: number,
  live: LiveResource | undefined,
): ResourceState {
  if (steps.outcome !== 'open') return steps.outcome;
  if (total === 0) return 'pending';
  // Where all steps are one activity, only its rows tell how far it is.
  if (steps.ready + steps.direct > steps.imported || (live?.records ?? 0) > 0) return 'importing';
  return steps.requested > steps.ready ? 'waiting' : 'requesting';
}

function runningText(state: SyncState, live: Live, now: number): string {
  for (const resource of RESOURCES) {
    const waiting = live[resource]?.waiting;
    const open = state.resources[resource]?.outcome === 'open';
    if (open && waiting != null) return waitText(resource, waiting, now);
  }
  return progressText(state);
}

/**
 * A straight line through the steps so far, and never before what is waited for. Null until a tenth is done:
 * before, a guess would be worth nothing.
 */
function estimatedCompletion(state: SyncState, live: Live, now: number): string | null {
  if (state.status !== 'in_progress' || state.progress < 10) return null;
  const elapsed = now - Date.parse(state.startedAt);
  const line = now + (elapsed / state.progress) * (100 - state.progress);
  const waits = RESOURCES.map((resource) =>
    state.resources[resource]?.outcome === 'open' ? (live[resource]?.waiting?.until ?? 0) : 0,
  );
  return new Date(Math.max(line, ...waits)).toISOString();
}
