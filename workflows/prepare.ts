import { proxyActivities, workflowInfo } from '@temporalio/workflow';
import type { Activities } from '../activities/create-activities';
import type { SyncPlan } from '../activities/sync-plan';
import { REGION_NAMES } from '../contract/region-names';
import { ACCOUNT_RESOURCES } from '../contract/resources';
import type { SyncInput } from '../contract/sync-input';
import { DATABASE_STEP, REPORT_STEP } from './activity-options';
import { isCancelled } from './is-cancelled';
import { stepSummary } from './step-summary';

const { prepareSync } = proxyActivities<Activities>(DATABASE_STEP);
const { learnMarketplaces } = proxyActivities<Activities>(REPORT_STEP);

export interface Prepared {
  plan: SyncPlan;
  /** Why Amazon could not be asked where a seller sells, by the id of the connection. */
  failures: ReadonlyMap<string, unknown>;
}

/**
 * Makes this the user's current sync and plans it. Where a seller sells that nobody knows yet, or has known for long,
 * Amazon is asked first, and the plan made again with what it says. Where it cannot be asked, a connection goes on
 * with the marketplaces that are known; one without any is left out, and leaves the others alone.
 */
export async function prepare(input: SyncInput): Promise<Prepared> {
  const workflowStartedAt = workflowInfo().startTime.toISOString();
  // A newer version may run the activity: it plans nothing that this code does not carry out.
  const asked = { ...input, workflowStartedAt, accountReports: [...ACCOUNT_RESOURCES] };
  const plan = await prepareSync(asked);
  const toLearn = plan.connections.filter(({ learn }) => learn);
  if (toLearn.length === 0) return { plan, failures: new Map() };
  const failures = new Map<string, unknown>();
  await Promise.all(
    toLearn.map(async ({ connectionId, region, work }) => {
      const patience = work === null ? 'long' : 'short';
      try {
        await learnMarketplaces.executeWithOptions(stepSummary(REGION_NAMES[region]), [
          { connectionId, region, patience },
        ]);
      } catch (error) {
        failures.set(connectionId, error);
      }
    }),
  );
  const cancellation = [...failures.values()].find(isCancelled);
  if (cancellation !== undefined) throw cancellation;
  return { plan: await prepareSync(asked), failures };
}
