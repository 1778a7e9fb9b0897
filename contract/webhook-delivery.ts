/** What starts the delivery of one event to one webhook. The URL, the secret and the body stay in the database. */
export interface DeliverWebhook {
  deliveryId: string;
}

/** One for each delivery, so that whoever starts it again, later or at once, starts nothing. */
export function webhookDeliveryWorkflowId(deliveryId: string): string {
  return `webhook-delivery-${deliveryId}`;
}

/**
 * The queue of the requests to receivers. They have slots of their own in a worker: receivers that hang must not
 * keep the steps of syncs waiting.
 */
export function webhookTaskQueue(taskQueue: string): string {
  return `${taskQueue}-webhooks`;
}

/** The longest that attempts may go on, hours: a day of them, longer waits that receivers ask for, and outages of our own. */
export const DELIVERY_HOURS = 36;

/** The longest a delivery may take before Temporal ends it: its attempts, and a day to note that they have ended. */
export const DELIVERY_TIMEOUT_MS = (DELIVERY_HOURS + 26) * 60 * 60 * 1000;
