import type { MaintenanceStep } from '../contract/maintenance-steps';
import { dueMaintenance } from '../store/due-maintenance';
import type { ActivityDeps } from './activity-deps';
import { attempted } from './attempt';

export const createFindDueMaintenance = (deps: ActivityDeps) => ({
  /** The steps of maintenance that have something to do: most of the time none, at the price of one activity. */
  findDueMaintenance(): Promise<MaintenanceStep[]> {
    return attempted(deps, null, () => dueMaintenance(deps.db, new Date(deps.now())));
  },
});
