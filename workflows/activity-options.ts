import { ActivityCancellationType, type ActivityOptions } from '@temporalio/workflow';
import { DELIVERY_HOURS } from '../contract/webhook-delivery';

/**
 * What every activity shares. Attempts are never counted by Temporal (`maximumAttempts`), since waits for
 * Amazon are attempts too: each failure says itself when to try again, or that there is no use in it. This
 * backoff is only for attempts that could not say anything, such as one whose worker was killed.
 */
const COMMON = {
  // An activity that still runs may still write; the outcome is recorded when it no longer does.
  cancellationType: ActivityCancellationType.WAIT_CANCELLATION_COMPLETED,
  // Attempts beat every 2 s. A killed worker is noticed after 10 s; 30 s would be kinder to a busy one and
  // slower for the seller.
  heartbeatTimeout: '10s',
  retry: { initialInterval: '1s', backoffCoefficient: 2, maximumInterval: '1m' },
} satisfies ActivityOptions;

/** Our own database only. It may be away for a while. */
export const DATABASE_STEP = {
  ...COMMON,
  startToCloseTimeout: '1m',
  scheduleToCloseTimeout: '2h',
} satisfies ActivityOptions;

/** A daily sync waits for its turn while as many run as may; its workflow is given twelve hours. */
export const ADMISSION_STEP = {
  ...DATABASE_STEP,
  scheduleToCloseTimeout: '11h',
} satisfies ActivityOptions;

/** The outcome: worth a day of trying, since without it nobody learns how the sync ended. */
export const OUTCOME_STEP = {
  ...DATABASE_STEP,
  scheduleToCloseTimeout: '1 day',
} satisfies ActivityOptions;

/**
 * Calls to Amazon that wait for a quota or a report between attempts. createReport gives one a minute, so
 * even 100 of them that find the bucket empty are through in two hours; a report that is not done after six
 * hours will not be.
 */
export const REPORT_STEP = {
  ...COMMON,
  startToCloseTimeout: '2m',
  scheduleToCloseTimeout: '6h',
} satisfies ActivityOptions;

/** Streams a report or pages through inventory: minutes, for the largest sellers. */
export const IMPORT_STEP = {
  ...COMMON,
  startToCloseTimeout: '2h',
  scheduleToCloseTimeout: '8h',
} satisfies ActivityOptions;

/**
 * A report asked for, waited for and imported in one: as long as the two steps together, and in each attempt as long as
 * the import may take.
 */
export const ACCOUNT_REPORT_STEP = {
  ...COMMON,
  startToCloseTimeout: '2h',
  scheduleToCloseTimeout: '14h',
} satisfies ActivityOptions;

/** Pages through a search at one page in 180 s once the burst of 20 is spent: 300 pages are 14 hours. */
export const SEARCH_STEP = {
  ...COMMON,
  startToCloseTimeout: '2h',
  scheduleToCloseTimeout: '16h',
} satisfies ActivityOptions;

/**
 * A step of maintenance. It is due again in the next minute, so a few tries are enough, and a worker that hangs does
 * not hold up the others for long.
 */
export const MAINTENANCE_STEP = {
  ...COMMON,
  startToCloseTimeout: '2m',
  scheduleToCloseTimeout: '3m',
} satisfies ActivityOptions;

/** Requests to a receiver, one an attempt: 15 s each at most. Between them it waits for hours, as long as it takes. */
export const DELIVERY_STEP = {
  ...COMMON,
  startToCloseTimeout: '1m',
  scheduleToCloseTimeout: `${DELIVERY_HOURS}h`,
} satisfies ActivityOptions;
