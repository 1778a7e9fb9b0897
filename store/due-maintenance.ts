import { sql } from 'kysely';
import type { MaintenanceStep } from '../contract/maintenance-steps';
import type { Database } from './database';
import { deliveryLimits } from './webhook-deliveries';

/** Which steps of maintenance have something to do: one statement, over indexes that hold open things only. */
export async function dueMaintenance(db: Database, now: Date): Promise<MaintenanceStep[]> {
  const { overdueBefore, oldBefore } = deliveryLimits(now);
  const { rows } = await sql<{ step: MaintenanceStep }>`
    select 'applySchedules' as step
      where exists (select from sync_schedules where applied_version <> version)
    union all select 'startWebhookDeliveries'
      where exists (select from webhook_deliveries
        where state = 'pending' and next_attempt_at < ${overdueBefore})
    union all select 'pruneWebhookDeliveries'
      where exists (select from webhook_deliveries
        where state <> 'pending' and created_at < ${oldBefore})`.execute(db);
  return rows.map(({ step }) => step);
}
