import type { MaintenanceStep } from '../contract/maintenance-steps';
import { dueMaintenance, OWED_FOR_MS } from '../store/due-maintenance';
import { UNCHECKED } from '../store/syncs';
import type { ActivityDeps } from './activity-deps';
import { attempted } from './attempt';
import { MARKS_KEPT_MS } from './delete-purged-rows';

const DAY_MS = 86_400_000;

export const createFindDueMaintenance = (deps: ActivityDeps) => ({
  /** The steps of maintenance that have something to do: most of the time none, at the price of one activity. */
  findDueMaintenance(): Promise<MaintenanceStep[]> {
    return attempted(deps, null, () => {
      const now = new Date(deps.now());
      const ago = (milliseconds: number) => new Date(now.getTime() - milliseconds);
      return dueMaintenance(deps.db.ofMaintenance(), now, {
        owed: ago(OWED_FOR_MS),
        expired: ago(deps.retentionDays * DAY_MS),
        forgotten: ago(MARKS_KEPT_MS),
        young: ago(UNCHECKED.youngestMs),
        checked: ago(UNCHECKED.oftenMs),
      });
    });
  },
});
