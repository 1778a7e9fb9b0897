import type { MaintenanceDone } from '../contract/maintenance-steps';
import { overdueDeliveries, pruneDeliveries } from '../store/webhook-deliveries';
import { startDelivery } from '../webhooks/start-delivery';
import type { ActivityDeps } from './activity-deps';
import { attempted } from './attempt';
import { eachOf } from './each-of';
import { called } from './temporal-access';

/** Some ten milliseconds each: a batch ends well within the time of its activity. */
const STARTED_AT_ONCE = 200;

/** One statement, of a second or so. */
const PRUNED_AT_ONCE = 5_000;

export const createWebhookMaintenance = ({ temporal, db, log, ...deps }: ActivityDeps) => ({
  /**
   * Starts the deliveries that nobody works on: those that could not be started when their sync ended, and those
   * whose workflow was lost. For one that runs it does nothing.
   */
  startWebhookDeliveries(): Promise<MaintenanceDone> {
    return attempted({ log, ...deps }, null, async () => {
      const overdue = await overdueDeliveries(
        db.ofMaintenance(),
        new Date(deps.now()),
        STARTED_AT_ONCE,
      );
      return eachOf(
        overdue,
        {
          log,
          about: ({ deliveryId }) => ({ deliveryId }),
          message: 'delivery is not started yet',
        },
        async (delivery) => {
          await called(temporal, (client) => startDelivery(client, temporal.taskQueue, delivery));
          return true;
        },
      );
    });
  },

  /** Deletes deliveries that ended long ago. */
  pruneWebhookDeliveries(): Promise<MaintenanceDone> {
    return attempted({ log, ...deps }, null, async () => ({
      done: await pruneDeliveries(db.ofMaintenance(), new Date(deps.now()), PRUNED_AT_ONCE),
    }));
  },
});
