import { proxyActivities, setCurrentDetails, setWorkflowOptions } from '@temporalio/workflow';
import type { Activities } from '../activities/create-activities';
import type { MaintenanceStep } from '../contract/maintenance-steps';
import { MAINTENANCE_STEP } from './activity-options';
import { optionsOf } from './options-of';
import { settleAll } from './settle-all';

const activities = proxyActivities<Activities>(MAINTENANCE_STEP);

/** What each step has done. */
export type Maintained = Partial<Record<MaintenanceStep, number>>;

/**
 * Does what is due and ends; what is left is for the run of the next minute. A step that fails leaves the others
 * alone, and fails the run, so that operators find it.
 */
export async function maintain(): Promise<Maintained> {
  const maintained: Maintained = {};
  const due = await activities.findDueMaintenance();
  setCurrentDetails(due.length === 0 ? 'Nothing was due' : `Due: ${due.join(', ')}`);
  await settleAll(
    due.map(async (step) => {
      maintained[step] = (await activities[step]()).done;
      setCurrentDetails(detailsOf(maintained));
    }),
  );
  return maintained;
}

function detailsOf(maintained: Maintained): string {
  return Object.entries(maintained)
    .map(([step, done]) => `- ${step}: ${done} done`)
    .join('\n');
}

// Whatever it does not finish, the run of the next minute does.
setWorkflowOptions(optionsOf('AUTO_UPGRADE'), maintain);
