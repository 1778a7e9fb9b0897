import { nextAsk } from '../../../activities/admit-scheduled-sync';

const MINUTE = 60_000;

test.each([
  ['at first after half a minute', 0, MINUTE / 2],
  ['still so after five', 5 * MINUTE, MINUTE / 2],
  ['after twenty minutes in two', 20 * MINUTE, 2 * MINUTE],
  ['after hours in five, and never later', 10 * 60 * MINUTE, 5 * MINUTE],
])('who waits for a place asks again %s', (_, waited, next) => {
  expect(nextAsk(waited)).toBe(next);
});
