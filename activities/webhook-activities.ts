import type { DeliverWebhook } from '../contract/webhook-delivery';
import {
  type DueDelivery,
  dueDelivery,
  failDelivery,
  noteAttempt,
  userOfDelivery,
} from '../store/webhook-deliveries';
import { disableWebhook } from '../store/webhooks';
import { nextAttemptAt } from '../webhooks/next-attempt';
import { signedHeaders } from '../webhooks/signature';
import { WebhookUnreachable } from '../webhooks/webhook-unreachable';
import type { ActivityDeps } from './activity-deps';
import { DeliveryDue } from './activity-errors';
import { attempted } from './attempt';

/** `ended`: there was nothing left to send. */
export type DeliveryEnd = 'delivered' | 'failed' | 'ended';

/** The receiver is gone for good, and says so: Standard Webhooks, "Deliverability and reliability". */
const GONE = 410;

/**
 * After so long without one delivery a webhook is disabled: five days of daily syncs, of which each was tried for a
 * day. Its user sees why, and can register it again.
 */
const FAILING_MS = 5 * 24 * 60 * 60_000;

interface Answered {
  status: number | null;
  retryAfter: string | null;
  /** In words; null where the receiver took it. */
  error: string | null;
}

export const createWebhookActivities = (deps: ActivityDeps) => {
  const { vault, log, observer, sendWebhook } = deps;

  async function send({ id, url, body, secret }: DueDelivery, signal: AbortSignal) {
    const timestamp = Math.floor(deps.now() / 1000);
    const headers = signedHeaders(secret(), { id, timestamp, body });
    try {
      return answered(await sendWebhook({ url, headers, body }, signal));
    } catch (error) {
      if (!(error instanceof WebhookUnreachable)) throw error;
      return { status: null, retryAfter: null, error: error.message };
    }
  }

  return {
    /**
     * Posts an event to a webhook once, and notes how that went. Fails until the next attempt is due, if there is
     * to be one. At least once: where a worker dies between the answer and the note, it is sent again, with the
     * same id.
     */
    postWebhook({ deliveryId }: DeliverWebhook): Promise<DeliveryEnd> {
      return attempted(deps, null, async ({ signal }) => {
        const userKey = await userOfDelivery(deps.db.ofMaintenance(), deliveryId);
        if (userKey === undefined) return 'ended';
        const db = deps.db.ofUser(userKey);
        const due = await dueDelivery(db, vault, deliveryId);
        if (due === undefined) return 'ended';
        const { status, retryAfter, error } = await send(due, signal);
        const now = deps.now();
        const attempts = due.attempts + 1;
        const nextAt =
          error === null || status === GONE
            ? null
            : nextAttemptAt({ attempts, now, status, retryAfter });
        const failingSince = await noteAttempt(db, due, {
          at: new Date(now),
          status,
          error,
          nextAt: nextAt === null ? null : new Date(nextAt),
        });
        const { webhookId } = due;
        log.info({ deliveryId, webhookId, attempts, status, error, nextAt }, 'webhook was sent');
        if (nextAt !== null && error !== null) {
          observer.webhookTried('retrying');
          throw new DeliveryDue(nextAt, error);
        }
        observer.webhookTried(error === null ? 'delivered' : 'failed');
        const reason = status === GONE ? error : reasonToDisable(failingSince, now);
        if (reason !== null) {
          await disableWebhook(db, webhookId, reason, new Date(now));
          log.info({ webhookId, reason }, 'webhook is disabled');
        }
        return error === null ? 'delivered' : 'failed';
      });
    },

    /** Ends a delivery whose attempts have ended without saying how: by a time limit, or a fault of ours. */
    giveUpWebhook({ deliveryId }: DeliverWebhook): Promise<void> {
      return attempted(deps, null, async () => {
        const userKey = await userOfDelivery(deps.db.ofMaintenance(), deliveryId);
        if (userKey === undefined) return;
        const db = deps.db.ofUser(userKey);
        await failDelivery(db, deliveryId, 'It could not be sent, by a fault of this service');
        observer.webhookTried('failed');
      });
    },
  };
};

function answered({ status, retryAfter }: { status: number; retryAfter: string | null }): Answered {
  const isTaken = status >= 200 && status < 300;
  return { status, retryAfter, error: isTaken ? null : refusal(status) };
}

function refusal(status: number): string {
  if (status === GONE) return 'The receiver answered 410: it is gone for good';
  if (status >= 300 && status < 400) {
    return `The receiver answered ${status}: redirects are not followed`;
  }
  return `The receiver answered ${status}`;
}

function reasonToDisable(failingSince: Date | null, now: number): string | null {
  if (failingSince === null || now - failingSince.getTime() < FAILING_MS) return null;
  return `Every delivery since ${failingSince.toISOString()} has failed`;
}
