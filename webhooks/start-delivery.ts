import { createHash } from 'node:crypto';
import type { Client } from '@temporalio/client';
import {
  DELIVERY_TIMEOUT_MS,
  type DeliverWebhook,
  webhookDeliveryWorkflowId,
} from '../contract/webhook-delivery';

/** A delivery to be made, and whose. */
export interface NewDelivery {
  deliveryId: string;
  userKey: string;
}

/**
 * Starts the workflow of a delivery; does nothing while it runs. One that was lost goes on where its row says, and
 * one whose delivery has ended ends at once.
 */
export async function startDelivery(
  client: Client,
  taskQueue: string,
  { deliveryId, userKey }: NewDelivery,
): Promise<void> {
  const input: DeliverWebhook = { deliveryId };
  await client.workflow.start('deliverWebhook', {
    workflowId: webhookDeliveryWorkflowId(deliveryId),
    taskQueue,
    args: [input],
    workflowIdConflictPolicy: 'USE_EXISTING',
    workflowIdReusePolicy: 'ALLOW_DUPLICATE',
    workflowExecutionTimeout: DELIVERY_TIMEOUT_MS,
    staticSummary: 'Tells a webhook how a sync ended',
    // Users take turns at the slots for requests, so that one whose receivers hang holds up nobody else's.
    priority: { fairnessKey: fairnessKeyOf(userKey) },
  });
}

/** Which deliveries are of one user, and not which user: their histories know nobody, and a purge leaves them. */
function fairnessKeyOf(userKey: string): string {
  return createHash('sha256').update(`deliveries of ${userKey}`).digest('base64url').slice(0, 22);
}

/** Starts deliveries beside what their caller does. */
export interface DeliveryStarter {
  /**
   * Returns at once. What cannot be started, or is too much at once, is started by the maintenance: whoever records the end of a sync is
   * neither held up nor failed by it.
   */
  start(userKey: string, deliveryIds: readonly string[]): void;
  /** Waits for the starts that are under way; before the connection closes. */
  settled(): Promise<void>;
}

export interface DeliveryStarterDeps {
  /** Starts one, with a limit to its time. */
  startOne: (delivery: NewDelivery) => Promise<void>;
  onFailure: (deliveryId: string, error: unknown) => void;
}

/** Starts under way at once; each has a limit to its time. */
const MOST_AT_ONCE = 200;

export function createDeliveryStarter(deps: DeliveryStarterDeps): DeliveryStarter {
  const underWay = new Set<Promise<void>>();
  return {
    start(userKey, deliveryIds) {
      for (const id of deliveryIds) {
        if (underWay.size >= MOST_AT_ONCE) return;
        const start = deps
          .startOne({ deliveryId: id, userKey })
          .catch((error: unknown) => deps.onFailure(id, error))
          .finally(() => underWay.delete(start));
        underWay.add(start);
      }
    },
    async settled() {
      await Promise.all(underWay);
    },
  };
}
