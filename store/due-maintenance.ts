import { sql } from 'kysely';
import type { MaintenanceStep } from '../contract/maintenance-steps';
import { oldAuditEvents } from './audit-events';
import type { Database } from './database';
import { oldOauthStates } from './oauth-states';
import { deliveryLimits } from './webhook-deliveries';

/** A first sync is started by whoever connects; only one that is still owed after this is started by maintenance. */
export const OWED_FOR_MS = 30_000;

/** What has waited since before these times is due. */
export interface DueBefore {
  owed: Date;
  expired: Date;
  forgotten: Date;
  young: Date;
  checked: Date;
}

/** Which steps of maintenance have something to do: one statement, over indexes that hold open things only. */
export async function dueMaintenance(
  db: Database,
  now: Date,
  before: DueBefore,
): Promise<MaintenanceStep[]> {
  const { overdueBefore, oldBefore } = deliveryLimits(now);
  const { rows } = await sql<{ step: MaintenanceStep }>`
    select 'applySchedules' as step
      where exists (select from sync_schedules where applied_version <> version)
    union all select 'startOwedSyncs'
      where exists (select from connections
        where first_sync_owed_at < ${before.owed} and status = 'connected')
    union all select 'finishDisconnects'
      where exists (select from disconnections where finished_at is null)
    union all select 'expireConnections'
      where exists (select from connections
        where status <> 'connected' and purged_at is null and updated_at < ${before.expired})
      or exists (select from disconnections where finished_at < ${before.forgotten})
      or exists (select from audit_events where at < ${oldAuditEvents(now)})
      or exists (select from oauth_states where expires_at < ${oldOauthStates(now)})
    union all select 'deletePurgedRows'
      where exists (select from connections where purged_at is not null)
    union all select 'recordLostEnds'
      where exists (select from syncs
        where status = 'in_progress' and started_at < ${before.young}
          and (checked_at is null or checked_at < ${before.checked}))
    union all select 'startWebhookDeliveries'
      where exists (select from webhook_deliveries
        where state = 'pending' and next_attempt_at < ${overdueBefore})
    union all select 'pruneWebhookDeliveries'
      where exists (select from webhook_deliveries
        where state <> 'pending' and created_at < ${oldBefore})`.execute(db);
  return rows.map(({ step }) => step);
}
