import { sql } from 'kysely';
import type { MaintenanceStep } from '../contract/maintenance-steps';
import type { Database } from './database';

/** Which steps of maintenance have something to do: one statement, over indexes that hold open things only. */
export async function dueMaintenance(db: Database): Promise<MaintenanceStep[]> {
  const { rows } = await sql<{ step: MaintenanceStep }>`
    select 'applySchedules' as step
      where exists (select from sync_schedules where applied_version <> version)`.execute(db);
  return rows.map(({ step }) => step);
}
