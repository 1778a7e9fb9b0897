import { dailyOffsetSeconds, nextRunAt } from '../../../contract/daily-run';

const HOUR_MS = 3_600_000;

test('a user has the same offset always, within the half hour', () => {
  for (const userKey of ['user123', 'a', 'u-Zm9vYmFy', 'x'.repeat(64)]) {
    const offset = dailyOffsetSeconds(userKey);
    expect(dailyOffsetSeconds(userKey)).toBe(offset);
    expect(Number.isInteger(offset) && offset >= 0 && offset < 1_800).toBe(true);
  }
  // Written down: another one would move everybody's runs, and what Temporal follows would differ from what is shown.
  expect(dailyOffsetSeconds('user123')).toBe(574);
});

test('users that are alike are spread over the half hour evenly', () => {
  const minutes = Array.from({ length: 30 }, () => 0);
  for (let user = 0; user < 3_000; user += 1) {
    const minute = Math.floor(dailyOffsetSeconds(`user${user}`) / 60);
    minutes[minute] = (minutes[minute] ?? 0) + 1;
  }
  // A hundred each on average; by chance alone none of thirty would be half or twice as full.
  for (const count of minutes) {
    expect(count).toBeGreaterThan(50);
    expect(count).toBeLessThan(200);
  }
});

describe('the next run', () => {
  const offset = dailyOffsetSeconds('user123') * 1000;
  const at = (day: string, hour: number) => Date.parse(day) + hour * HOUR_MS + offset;

  test.each([
    ['today, while its time is to come', '2026-03-01T01:59:59.999Z', at('2026-03-01', 2)],
    ['tomorrow, once its time has passed', '2026-03-01T12:00:00.000Z', at('2026-03-02', 2)],
    ['next year, on its last day', '2026-12-31T23:59:59.999Z', at('2027-01-01', 2)],
  ])('is %s', (_, now, expected) => {
    expect(nextRunAt('user123', 2, new Date(now)).getTime()).toBe(expected);
  });

  test('is later than now, also at the very moment of a run', () => {
    const run = at('2026-03-01', 23);
    expect(nextRunAt('user123', 23, new Date(run)).getTime()).toBe(run + 24 * HOUR_MS);
    expect(nextRunAt('user123', 23, new Date(run - 1)).getTime()).toBe(run);
  });
});
