import {
  CancellationScope,
  proxyActivities,
  setCurrentDetails,
  setWorkflowOptions,
  workflowInfo,
} from '@temporalio/workflow';
import type { Activities } from '../activities/create-activities';
import type { DeliveryEnd } from '../activities/webhook-activities';
import { type DeliverWebhook, webhookTaskQueue } from '../contract/webhook-delivery';
import { DELIVERY_STEP, OUTCOME_STEP } from './activity-options';
import { optionsOf } from './options-of';

const { giveUpWebhook } = proxyActivities<Activities>(OUTCOME_STEP);

/**
 * One event on its way to one webhook, for a day where it has to be. That a receiver does not take it is told in the
 * delivery's row and is no fault of the workflow, which then completes as `failed`.
 */
export async function deliverWebhook(input: DeliverWebhook): Promise<DeliveryEnd> {
  const taskQueue = webhookTaskQueue(workflowInfo().taskQueue);
  const { postWebhook } = proxyActivities<Activities>({ ...DELIVERY_STEP, taskQueue });
  setCurrentDetails(
    'On its way; the pending activity says why it was not taken, and when it is sent again',
  );
  try {
    const end = await postWebhook(input);
    setCurrentDetails(DETAILS[end]);
    return end;
  } catch (error) {
    await CancellationScope.nonCancellable(() => giveUpWebhook(input));
    throw error;
  }
}

const DETAILS: Record<DeliveryEnd, string> = {
  delivered: 'The receiver has taken it',
  failed: 'The receiver has not taken it; the row of the delivery says why',
  ended: 'It had ended before',
};

// It may go on for a day, for which nobody keeps old workers; with two steps it is easily kept compatible.
setWorkflowOptions(optionsOf('AUTO_UPGRADE'), deliverWebhook);
