import * as deliveries from './recorded-deliveries';
import type { RecordRun } from './recorded-run';
import * as schedules from './recorded-schedules';
import * as syncs from './recorded-syncs';

export interface RunToRecord {
  /** Temporal's own word for the end, as in the type of a history's last event. */
  ends: 'COMPLETED' | 'FAILED' | 'CANCELED' | 'TERMINATED' | 'TIMED_OUT';
  record: RecordRun;
}

/** Every way in which each workflow ends; the names are those of the files in `histories/`. */
export const RECORDED_RUNS: Readonly<Record<string, RunToRecord>> = {
  'amazonSync/complete': { ends: 'COMPLETED', record: syncs.complete },
  'amazonSync/incremental': { ends: 'COMPLETED', record: syncs.incremental },
  'amazonSync/learned': { ends: 'COMPLETED', record: syncs.learned },
  // Recorded after the others, which have no returns.
  'amazonSync/with-returns': { ends: 'COMPLETED', record: syncs.incremental },
  // And this one after that, which has claims in three steps.
  'amazonSync/one-step-claims': { ends: 'COMPLETED', record: syncs.incremental },
  'amazonSync/split': { ends: 'COMPLETED', record: syncs.split },
  'amazonSync/partial': { ends: 'COMPLETED', record: syncs.partial },
  'amazonSync/failed': { ends: 'FAILED', record: syncs.failed },
  'amazonSync/cancelled': { ends: 'CANCELED', record: syncs.cancelled },
  'amazonSync/terminated': { ends: 'TERMINATED', record: syncs.terminated },
  'amazonSync/timed-out': { ends: 'TIMED_OUT', record: syncs.timedOut },
  'amazonSync/reset': { ends: 'COMPLETED', record: syncs.reset },
  'amazonSync/superseded': { ends: 'FAILED', record: syncs.superseded },
  'startScheduledSync/started': { ends: 'COMPLETED', record: schedules.dailyStarted },
  'startScheduledSync/running': { ends: 'COMPLETED', record: schedules.dailyRunning },
  'startScheduledSync/off': { ends: 'COMPLETED', record: schedules.dailyOff },
  'startScheduledSync/failed': { ends: 'FAILED', record: schedules.dailyFailed },
  'deliverWebhook/delivered': { ends: 'COMPLETED', record: deliveries.delivered },
  'deliverWebhook/delivered-later': { ends: 'COMPLETED', record: deliveries.deliveredLater },
  'deliverWebhook/refused': { ends: 'COMPLETED', record: deliveries.refused },
  'deliverWebhook/given-up': { ends: 'FAILED', record: deliveries.givenUp },
  'maintain/idle': { ends: 'COMPLETED', record: schedules.maintenanceIdle },
  'maintain/purge': { ends: 'COMPLETED', record: schedules.maintenancePurge },
  'maintain/failed': { ends: 'FAILED', record: schedules.maintenanceFailed },
};
