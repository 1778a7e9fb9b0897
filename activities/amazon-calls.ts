import type { SellerApi } from '../amazon/amazon';
import { AccessWithdrawn, AmazonError, QuotaExceeded } from '../amazon/errors';
import { type Operation, USAGE_PLANS } from '../amazon/usage-plans';
import { connectionAccess, requireReauthorization } from '../store/connections';
import { type Bucket, drain, reserve } from '../store/quota-buckets';
import type { ActivityDeps } from './activity-deps';
import { NotConnected, QuotaWait } from './activity-errors';
import type { Attempt } from './attempt';
import { pause } from './pause';

/**
 * A wait this short stays inside the attempt. Inventory needs it: its page token lives 30 s, and its usage
 * plan makes each page wait half a second.
 */
const SHORT_WAIT_MS = 5_000;

export type AmazonCalls = ReturnType<typeof createAmazonCalls>;

/** Calls Amazon for a connection, each call inside the usage plan that all workers share. */
export function createAmazonCalls(deps: ActivityDeps) {
  const { db, vault, amazon, now, clockSpeed } = deps;

  const bucketOf = (connectionId: string, operation: Operation): Bucket => {
    const { perSecond, burst } = USAGE_PLANS[operation];
    return { connectionId, operation, perSecond: perSecond * clockSpeed, burst };
  };

  /** Returns when the request is due; throws {@link QuotaWait} if that is not soon. */
  async function takeTurn(attempt: Attempt, bucket: Bucket): Promise<void> {
    const { slot } = attempt.details;
    const held = slot?.operation === bucket.operation ? slot.at : undefined;
    const due = held ?? (await reserveTurn(attempt, bucket));
    const wait = due - now();
    if (wait > SHORT_WAIT_MS) throw new QuotaWait(due);
    if (wait > 0) await pause(wait, attempt.signal);
    attempt.note({ slot: null });
  }

  /** Reserves a request and notes it for whichever attempt will make it. */
  async function reserveTurn(attempt: Attempt, bucket: Bucket): Promise<number> {
    const reservation = await reserve(db, bucket, now());
    if (reservation.kind === 'ask_again') throw new QuotaWait(reservation.at);
    attempt.note({ slot: { operation: bucket.operation, at: reservation.at } });
    return reservation.at;
  }

  return {
    /**
     * Makes one request. Throws {@link QuotaWait} when the usage plan allows it only later, and what the
     * client throws.
     */
    async call<Answer>(
      attempt: Attempt,
      connectionId: string,
      operation: Operation,
      request: (seller: SellerApi, signal: AbortSignal) => Promise<Answer>,
    ): Promise<Answer> {
      const bucket = bucketOf(connectionId, operation);
      await takeTurn(attempt, bucket);
      const access = await connectionAccess(db, vault, connectionId);
      if (access === undefined) throw new NotConnected();
      const { endpoint, refreshToken, sealedToken } = access;
      const seller = amazon.seller({ connectionId, endpoint, refreshToken });
      try {
        const answer = await request(seller, attempt.signal);
        // Amazon has just taken the authorization: a "withdrawn" before that was a passing one.
        if (attempt.details.withdrawn > 0) attempt.note({ withdrawn: 0 });
        return answer;
      } catch (error) {
        // The request never left: its turn is still ours, and the next attempt need not queue for another.
        if (error instanceof AmazonError && error.operation === 'exchangeRefreshToken') {
          attempt.note({ slot: { operation, at: now() } });
        }
        // Said twice in a row, it is true: until the seller connects again, no sync needs to be tried.
        if (error instanceof AccessWithdrawn && attempt.details.withdrawn > 0) {
          await requireReauthorization(db, connectionId, sealedToken, new Date(now()));
        }
        if (!(error instanceof QuotaExceeded) || attempt.signal.aborted) throw error;
        await drain(db, bucket, now());
        throw new QuotaWait(await reserveTurn(attempt, bucket));
      }
    },
  };
}
