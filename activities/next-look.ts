import { tenthOf } from './waiting';

/**
 * Amazon takes from half a minute to many: look soon, then at longer and longer intervals. A first sync is done when its
 * slowest report is seen to be, on average half an interval late: half a minute of the usual ten. A report of ten minutes
 * costs some thirty looks, one of an hour and a half seventy, of a plan that allows two a second.
 */
const LOOKS = { shortest: 10_000, longest: 120_000 };

/** When to look at a report again that has been waited for so long, ms. */
export function nextLook(waited: number): number {
  return tenthOf(waited, LOOKS);
}
