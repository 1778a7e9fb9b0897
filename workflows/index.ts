/** The entry of the workflow bundle: everything a worker can run. */
export { amazonSync } from './amazon-sync';
export { deliverWebhook } from './deliver-webhook';
export { maintain } from './maintain';
export { startScheduledSync } from './start-scheduled-sync';
