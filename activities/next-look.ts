/**
 * Amazon takes from half a minute to many: look soon, then at longer and longer intervals. A first sync is done when its
 * slowest report is seen to be, on average half an interval late: half a minute of the usual ten. A report of ten minutes
 * costs some thirty looks, one of an hour and a half seventy, of a plan that allows two a second.
 */
const FIRST_LOOK_MS = 10_000;
const LONGEST_LOOK_MS = 120_000;

/**
 * When to look at a report again that has been waited for so long, ms: after a tenth of that. A long report costs few
 * looks, a short one little delay.
 */
export function nextLook(waited: number): number {
  return Math.min(Math.max(waited / 10, FIRST_LOOK_MS), LONGEST_LOOK_MS);
}
