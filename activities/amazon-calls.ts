import type { SellerApi } from '../amazon/amazon';
import { AccessWithdrawn, QuotaExceeded } from '../amazon/errors';
import { type Operation, USAGE_PLANS } from '../amazon/usage-plans';
import { connectionAccess, requireReauthorization } from '../store/connections';
import { type Bucket, drain, learn, reserve } from '../store/quota-buckets';
import type { ActivityDeps } from './activity-deps';
import { NotConnected, QuotaWait } from './activity-errors';
import type { Attempt } from './attempt';
import { pause } from './pause';
import { syncingUser } from './syncing-user';

/** A wait this short stays inside the attempt; a longer one ends it, and holds no worker slot. */
export const SHORT_WAIT_MS = 5_000;

/**
 * How long after its turn an attempt may still use one that an earlier attempt reserved: longer than Temporal takes
 * to begin it. After that, of several that were held up together, as by a worker that was away, all would be late.
 */
const KEPT_MS = 30_000;

/**
 * How many 429s one call waits for inside its attempt, when the next turn is soon: an inventory scan would
 * else start over from page one. The third makes the bucket as slow as it gets, so a fourth is a refusal.
 */
const REFUSALS_INSIDE = 3;

export type AmazonCalls = ReturnType<typeof createAmazonCalls>;

/** A request that the usage plan allows from `at` on (epoch ms). */
interface Turn {
  at: number;
  /** The rate that Amazon is known to allow; undefined for a turn that an earlier attempt reserved. */
  perSecond?: number;
}

type Request<Answer> = (seller: SellerApi, signal: AbortSignal) => Promise<Answer>;

type AmazonCallsDeps = Pick<
  ActivityDeps,
  'db' | 'vault' | 'amazon' | 'log' | 'observer' | 'now' | 'clockSpeed'
>;

/** Calls Amazon for a connection, each call inside the usage plan that all workers share. */
export function createAmazonCalls(deps: AmazonCallsDeps) {
  const { vault, amazon, log, observer, now, clockSpeed } = deps;
  const ofUser = () => deps.db.ofUser(syncingUser());

  /** Returns when the request is due; throws {@link QuotaWait} if that is not soon. */
  async function takeTurn(attempt: Attempt, bucket: Bucket, longestMs: number): Promise<Turn> {
    const slot = attempt.details.slots[bucket.operation];
    const kept = slot !== undefined && now() - slot < KEPT_MS;
    const turn: Turn = kept ? { at: slot } : await reserveTurn(attempt, bucket);
    await awaitTurn(attempt, bucket, turn, longestMs);
    // Once only: on a machine that is always late, the next one would be no better.
    if (kept || now() - turn.at <= latestOf(bucket)) return turn;
    const later = await reserveTurn(attempt, bucket);
    await awaitTurn(attempt, bucket, later, longestMs);
    return later;
  }

  async function awaitTurn(
    attempt: Attempt,
    { operation }: Bucket,
    { at }: Turn,
    longestMs: number,
  ): Promise<void> {
    const wait = at - now();
    if (wait > longestMs) throw new QuotaWait(at);
    if (wait > 0) await pause(wait, attempt.signal);
    const { [operation]: _, ...others } = attempt.details.slots;
    attempt.note({ slots: others });
  }

  /** Reserves a request and notes it for whichever attempt will make it. */
  async function reserveTurn(attempt: Attempt, bucket: Bucket): Promise<Turn> {
    const asked = now();
    const reservation = await reserve(ofUser(), bucket, asked);
    const wait = reservation.at - asked;
    if (wait > 0) observer.quotaWaited(bucket.operation, wait / 1000);
    if (reservation.kind === 'ask_again') throw new QuotaWait(reservation.at);
    const { at, perSecond } = reservation;
    // Beside those of other operations: an attempt that makes two requests makes the first one again before the second.
    attempt.note({ slots: { ...attempt.details.slots, [bucket.operation]: at } });
    return { at, perSecond };
  }

  /** Makes one request, when its turn comes. */
  async function send<Answer>(
    attempt: Attempt,
    bucket: Bucket,
    longestMs: number,
    request: Request<Answer>,
  ): Promise<Answer> {
    const { connectionId } = bucket;
    const access = await connectionAccess(ofUser(), vault, connectionId);
    if (access === undefined) throw new NotConnected();
    const { endpoint, refreshToken, authorizedAt } = access;
    let told: number | null = null;
    const seller = amazon.seller({ connectionId, endpoint, refreshToken }, ({ rateLimit }) => {
      told = rateLimit ?? told;
    });
    let turn: Turn | undefined;
    try {
      // Before the turn: an exchange of tokens takes as long as it likes, and the request must leave in time.
      await seller.authorize(attempt.signal);
      turn = await takeTurn(attempt, bucket, longestMs);
      const answer = await request(seller, attempt.signal);
      // Amazon has just taken the authorization: a "withdrawn" before that was a passing one.
      if (attempt.details.withdrawn > 0) attempt.note({ withdrawn: 0 });
      return answer;
    } catch (error) {
      if (error instanceof QuotaExceeded && turn !== undefined && !attempt.signal.aborted) {
        await drain(ofUser(), bucket, now(), turn);
      }
      // Said twice in a row, it is true: until the seller connects again, no sync needs to be tried.
      if (error instanceof AccessWithdrawn && attempt.details.withdrawn > 0) {
        await requireReauthorization(ofUser(), connectionId, authorizedAt, new Date(now()));
      }
      throw error;
    } finally {
      await learnRate(bucket, told, turn?.perSecond);
    }
  }

  /**
   * Never fails the call: its answer is here, and that of a createReport could not be had again. Amazon tells
   * the rate with the next answer too.
   */
  async function learnRate(bucket: Bucket, told: number | null, known?: number): Promise<void> {
    if (told === null) return;
    try {
      await learn(ofUser(), bucket, now(), { told, known });
    } catch (error) {
      const { connectionId, operation } = bucket;
      const cause = error instanceof Error ? error.name : typeof error;
      log.warn({ connectionId, operation, cause }, 'could not keep the rate that Amazon told');
    }
  }

  return {
    /**
     * Makes one request. After a 429 it takes another turn and tries again, while that is soon, a few times.
     * Throws {@link QuotaWait} when the usage plan allows it only after `longestWaitMs`, and what the client
     * throws.
     */
    async call<Answer>(
      attempt: Attempt,
      connectionId: string,
      operation: Operation,
      request: Request<Answer>,
      longestWaitMs = SHORT_WAIT_MS,
    ): Promise<Answer> {
      const { perSecond, burst } = USAGE_PLANS[operation];
      // One request of the burst is never used: requests that leave in time can arrive late, the next ones then
      // come too soon after them, and Amazon counts by when they come. It is what a request may be late by.
      const bucket: Bucket = { connectionId, operation, perSecond, burst: burst - 1, clockSpeed };
      for (let refusals = 1; ; refusals += 1) {
        try {
          return await send(attempt, bucket, longestWaitMs, request);
        } catch (error) {
          if (!(error instanceof QuotaExceeded) || attempt.signal.aborted) throw error;
          const next = await reserveTurn(attempt, bucket);
          if (refusals > REFUSALS_INSIDE) throw new QuotaWait(next.at);
        }
      }
    },
  };
}

/**
 * How late a request may leave after its turn, ms: half of what the bucket's spare request allows, the other half
 * is for its way to Amazon. A tenth of a second at least, for local Amazons that run fast.
 */
function latestOf({ perSecond, clockSpeed }: Bucket): number {
  return Math.max(100, 500 / (perSecond * clockSpeed));
}
