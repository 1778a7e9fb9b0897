import {
  ApplicationFailure,
  CancellationScope,
  CancelledFailure,
  isCancellation,
  proxyActivities,
  setWorkflowOptions,
} from '@temporalio/workflow';
import type { Activities } from '../activities/create-activities';
import type { SyncPlan } from '../activities/sync-plan';
import type { AccountResource, Resource } from '../contract/resources';
import type { SyncInput } from '../contract/sync-input';
import type { SyncState } from '../contract/sync-state';
import { syncAccountReport } from './account-reports';
import { OUTCOME_STEP } from './activity-options';
import { syncClaims } from './claims';
import { forEachSeller, type Seller } from './for-each-seller';
import { errorOfGaps, type Gap } from './in-parts';
import { syncInventory } from './inventory';
import { isCancelled } from './is-cancelled';
import { optionsOf } from './options-of';
import { syncOrders } from './orders';
import { prepare } from './prepare';
import type { Parts } from './reduce';
import { type RunningSync, setup } from './running-sync';
import { settleAll } from './settle-all';
import { syncErrorOf } from './sync-error-of';

const { recordSyncOutcome } = proxyActivities<Activities>(OUTCOME_STEP);

/**
 * One sync of one user: prepare, fetch the resources side by side, record the outcome.
 *
 * Ends as complete when at least one resource could be fetched. A sync that failed fails its workflow too,
 * with the same words, so that operators find it.
 */
export async function amazonSync(input: SyncInput): Promise<SyncState> {
  const sync = setup(input);
  try {
    const prepared = await prepare(input);
    sync.on({ type: 'planned', parts: partsOf(prepared.plan) });
    const sellers = forEachSeller(prepared);
    await settleAll([
      isolated(
        sync,
        'orders',
        sellers((seller) => syncOrders(sync, seller)),
      ),
      isolated(
        sync,
        'inventory',
        sellers((seller) => syncInventory(sync, seller)),
      ),
      isolated(
        sync,
        'claims',
        sellers((seller) => syncAccount(sync, seller, 'claims')),
      ),
      ...(prepared.plan.later ?? []).map((resource) =>
        isolated(
          sync,
          resource,
          sellers((seller) => syncAccount(sync, seller, resource)),
        ),
      ),
    ]);
    sync.on({ type: 'finished', at: now() });
  } catch (error) {
    if (isCancelled(error)) {
      sync.on({ type: 'cancelled', at: now() });
      throw isCancellation(error) ? error : new CancelledFailure('Sync cancelled');
    }
    sync.on({ type: 'failed', at: now(), error: syncErrorOf(error) });
    throw error;
  } finally {
    await CancellationScope.nonCancellable(() =>
      recordSyncOutcome({ ...input, state: ended(sync.state) }),
    );
  }
  if (sync.state.error !== null) {
    const { message, type } = sync.state.error;
    throw ApplicationFailure.nonRetryable(message, type);
  }
  return sync.state;
}

// Pinned: it is over in minutes, and whatever version it began with is kept until then, so it never meets other code.
setWorkflowOptions(optionsOf('PINNED'), amazonSync);

/** Only a fault in the reducer itself leaves a sync in progress here; its end is recorded all the same. */
function ended(state: SyncState): SyncState {
  if (state.status !== 'in_progress') return state;
  return { ...state, status: 'failed', completedAt: now(), error: syncErrorOf(undefined) };
}

/** A resource that fails for good is noted and leaves the others alone; a cancellation is everybody's. */
async function isolated(
  sync: RunningSync,
  resource: Resource,
  work: Promise<Gap[]>,
): Promise<void> {
  try {
    const error = errorOfGaps(await work);
    sync.on({ type: 'resource_complete', resource, error });
  } catch (error) {
    if (isCancelled(error)) throw error;
    sync.on({ type: 'resource_failed', resource, error: syncErrorOf(error) });
  }
}

function partsOf(plan: SyncPlan): Parts {
  const parts: Parts = { orders: none(), inventory: none(), claims: none() };
  for (const resource of plan.later ?? []) parts[resource] = none();
  for (const { work, marketplaceIds } of plan.connections) {
    if (work === null) continue;
    for (const { bulk } of work.orders) {
      parts.orders.reports += bulk?.windows.length ?? 0;
      parts.orders.direct += 1;
    }
    parts.inventory.direct += marketplaceIds.length;
    if (work.claims !== null) parts.claims.reports += 1;
    for (const { resource } of work.reports ?? []) {
      const part = parts[resource];
      if (part !== undefined) part.reports += 1;
    }
  }
  return parts;
}

const none = () => ({ reports: 0, direct: 0 });

async function syncAccount(
  sync: RunningSync,
  seller: Seller,
  resource: AccountResource,
): Promise<Gap[]> {
  const { claims, reports } = seller.work;
  if (resource === 'claims' && claims !== null) return syncClaims(sync, seller, claims);
  const plan = reports?.find((report) => report.resource === resource);
  return plan === undefined ? [] : syncAccountReport(sync, seller, plan);
}

function now(): string {
  return new Date().toISOString();
}
