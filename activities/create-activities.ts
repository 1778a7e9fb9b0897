import { createAccountReportActivities } from './account-report-activities';
import type { ActivityDeps } from './activity-deps';
import { createAdmitScheduledSync } from './admit-scheduled-sync';
import { createAmazonCalls } from './amazon-calls';
import { createApplySchedules } from './apply-schedules';
import { createClaimsActivities } from './claims-activities';
import { createDeletePurgedRows } from './delete-purged-rows';
import { createFindDueMaintenance } from './find-due-maintenance';
import { createFinishDisconnects } from './finish-disconnects';
import { createInventoryActivities } from './inventory-activities';
import { createLearnMarketplaces } from './learn-marketplaces';
import { createMarketplaceActivities } from './marketplace-activities';
import { createOrdersActivities } from './orders-activities';
import { createPrepareSync } from './prepare-sync';
import { createRecordLostEnds } from './record-lost-ends';
import { createRecordSyncOutcome } from './record-sync-outcome';
import { createReportActivities } from './report-activities';
import { createReportSteps } from './report-steps';
import { createStartOwedSyncs } from './start-owed-syncs';
import { createWebhookActivities } from './webhook-activities';
import { createWebhookMaintenance } from './webhook-maintenance';

/** What workflows do in the world. Workflows import only the type. */
export function createActivities(deps: ActivityDeps) {
  const amazon = createAmazonCalls(deps);
  const reportSteps = createReportSteps(deps, amazon);
  return {
    ...createPrepareSync(deps),
    ...createLearnMarketplaces(deps, amazon),
    ...createMarketplaceActivities(deps, amazon),
    ...createReportActivities(deps, reportSteps),
    ...createOrdersActivities(deps, amazon),
    ...createInventoryActivities(deps, amazon),
    ...createClaimsActivities(deps, amazon),
    ...createAccountReportActivities(deps, amazon, reportSteps),
    ...createRecordSyncOutcome(deps),
    ...createAdmitScheduledSync(deps),
    ...createFindDueMaintenance(deps),
    ...createApplySchedules(deps),
    ...createWebhookActivities(deps),
    ...createWebhookMaintenance(deps),
    ...createStartOwedSyncs(deps),
    ...createFinishDisconnects(deps),
    ...createDeletePurgedRows(deps),
    ...createRecordLostEnds(deps),
  };
}

export type Activities = ReturnType<typeof createActivities>;
