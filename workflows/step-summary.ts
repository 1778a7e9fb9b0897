import { marketplaceOf } from '../contract/marketplaces';
import type { TimeRange } from '../contract/time-range';

/** Temporal takes 400 bytes, and all of them are in the history. Twenty marketplaces and a range are 120. */
const LONGEST = 200;

/**
 * What operators read beside a step in the Temporal UI, where the name of the activity alone would not tell thirteen
 * windows apart. Like all that is in a history, it holds nothing of a seller but where they sell.
 */
export function stepSummary(
  about: string,
  where: { marketplaceIds?: readonly string[]; range?: TimeRange } = {},
): { summary: string } {
  const { marketplaceIds, range } = where;
  const parts = [
    about,
    ...(marketplaceIds === undefined ? [] : [countries(marketplaceIds)]),
    ...(range === undefined ? [] : [`${minute(range.from)} to ${minute(range.to)}`]),
  ];
  return { summary: parts.join(', ').slice(0, LONGEST) };
}

function countries(marketplaceIds: readonly string[]): string {
  return marketplaceIds.map((id) => marketplaceOf(id)?.country ?? id).join(' ');
}

/** `2025-01-30 08:00`, UTC as all of Temporal's times. */
function minute(time: string): string {
  return time.slice(0, 16).replace('T', ' ');
}
