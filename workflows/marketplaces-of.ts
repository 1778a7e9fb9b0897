import { ApplicationFailure } from '@temporalio/common';
import { proxyActivities } from '@temporalio/workflow';
import type { Activities } from '../activities/create-activities';
import type { Patience } from '../activities/failure-of';
import type { Refusal } from '../activities/marketplace-activities';
import type { ConnectionPlan } from '../activities/sync-plan';
import type { Wait } from '../contract/attempt-details';
import { FAILURE } from '../contract/failures';
import { marketplaceNames } from '../contract/marketplaces';
import { REPORT_STEP } from './activity-options';
import { failureTypeOf } from './failure-type-of';
import type { Gap } from './in-parts';
import { stepSummary } from './step-summary';

const { findRefusal } = proxyActivities<Activities>(REPORT_STEP);

/**
 * The marketplaces of a connection, and which of them Amazon turns out to refuse: a request that names one of
 * those beside others is refused whole, and one that lasts must not keep out the others.
 */
export interface Marketplaces {
  /**
   * Makes a request for marketplaces. When Amazon refuses it, finds out which of them it refuses and makes the
   * request again for the rest. Where Amazon refuses all, or none by itself, it is not about marketplaces: then
   * the same request is tried with all patience.
   */
  request<Result>(
    marketplaceIds: readonly string[],
    make: (marketplaceIds: string[], patience: Patience) => Promise<Result>,
  ): Promise<Result>;
  /** Those of the given ones that are not known to be refused. */
  accepted(marketplaceIds: readonly string[]): string[];
  /** One gap for each of the given ones that is. */
  gaps(marketplaceIds: readonly string[]): Gap[];
}

export function marketplacesOf({
  connectionId,
  marketplaceIds: all,
}: ConnectionPlan): Marketplaces {
  const refusals = new Map<string, Refusal>();
  let asked: Promise<void> | undefined;

  async function ask(): Promise<void> {
    const answers = await Promise.all(
      all.map(async (marketplaceId) => ({
        marketplaceId,
        refusal: await findRefusal.executeWithOptions(
          stepSummary('does Amazon refuse it?', { marketplaceIds: [marketplaceId] }),
          [{ connectionId, marketplaceId }],
        ),
      })),
    );
    if (answers.every(({ refusal }) => refusal !== null)) return;
    for (const { marketplaceId, refusal } of answers) {
      if (refusal !== null) refusals.set(marketplaceId, refusal);
    }
  }

  const accepted = (ids: readonly string[]) => ids.filter((id) => !refusals.has(id));

  return {
    accepted,
    async request(ids, make) {
      if (asked === undefined && all.length > 1) {
        try {
          return await make([...ids], 'short');
        } catch (error) {
          if (failureTypeOf(error) !== FAILURE.accessDenied) throw error;
        }
        asked ??= ask();
      }
      await asked;
      const rest = accepted(ids);
      if (rest.length === 0) throw refused(ids.flatMap((id) => refusals.get(id) ?? []));
      return make(rest, 'long');
    },
    gaps: (ids) =>
      ids.flatMap((id) => {
        const refusal = refusals.get(id);
        if (refusal === undefined) return [];
        const error = { type: FAILURE.accessDenied, message: REFUSED, ...refusal };
        return [{ part: marketplaceNames([id]), error }];
      }),
  };
}

const REFUSED = 'Amazon denies access to this marketplace';

function refused([first]: readonly Refusal[]): ApplicationFailure {
  const requestId = first?.requestId ?? null;
  const wait: Wait = { resource: null, reason: 'retry', until: 0, requestId };
  return ApplicationFailure.nonRetryable(REFUSED, FAILURE.accessDenied, wait);
}
